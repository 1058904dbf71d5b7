// The way of one event as bars on one scale of milliseconds, replayed slowly enough to be seen.

import { byId, element, inMs } from './element.js';

/** @typedef {import('./shop.js').Step} Step */

/** @type {{ [step: string]: string }} */
const names = {
  accepted: 'Accepted',
  generated: 'Generated',
  stored: 'Stored',
  positioned: 'Positioned',
};
/** How long the replay takes, however fast it was. */
const replayMs = 1_400;
/** Ends of the scale whose quarters are easy to read. */
const scalesMs = [4, 8, 12, 16, 20, 24, 32, 40, 60, 80, 100, 200, 400, 1_000, 2_000, 4_000];

/** @param {import('./shop.js').Region[]} regions */
export function showWaitingJourney(regions) {
  const rows = [
    ...['accepted', 'generated', 'stored'].map((step) => ({ step, where: null })),
    ...regions.map(({ name }) => ({ step: 'positioned', where: name })),
  ];
  byId('journey').replaceChildren(
    ...rows.map(({ step, where }) => row(step, where, element('span', { class: 'ms', text: '–' }))),
  );
}

/**
 * Returns how long it took until the last region had it.
 * @param {readonly Step[]} steps
 */
export function showJourney(steps) {
  const shown = steps.filter(({ step }) => step in names);
  const endMs = Math.max(...shown.map(({ endedMs }) => endedMs));
  const scaleMs = scalesMs.find((ms) => ms >= endMs) ?? endMs;
  const slowness = replayMs / endMs;
  byId('journey').replaceChildren(
    ...shown.map(({ step, where, beganMs, endedMs }) => {
      const before = shown.findLast((other) => other.step !== step && other.endedMs <= endedMs);
      const waitedFromMs = before?.endedMs ?? 0;
      // A region's word is a moment: between it and the commit lie the fan-out and the laying down.
      const workedFromMs = step === 'positioned' ? waitedFromMs : beganMs;
      const track = element(
        'span',
        { class: 'track', 'aria-hidden': 'true' },
        bar('wait', { fromMs: waitedFromMs, toMs: workedFromMs, scaleMs, slowness }),
        bar('bar', { fromMs: workedFromMs, toMs: endedMs, scaleMs, slowness }),
      );
      return row(step, where, track, element('span', { class: 'ms', text: `at ${inMs(endedMs)}` }));
    }),
  );
  showAxis(scaleMs);
  const factor = Math.max(1, Math.round(slowness / 10) * 10);
  byId('journey-hint').textContent =
    `Measured inside the running platform, from the shop’s report on; thin lines are waiting. Replayed about ${factor} times slower.`;
  return endMs;
}

/**
 * @param {string} kind
 * @param {{ fromMs: number, toMs: number, scaleMs: number, slowness: number }} span
 */
function bar(kind, { fromMs, toMs, scaleMs, slowness }) {
  const made = element('span', { class: kind });
  const tookMs = Math.max(0, toMs - fromMs);
  made.style.setProperty('--from', String(fromMs / scaleMs));
  made.style.setProperty('--share', String(tookMs / scaleMs));
  made.style.setProperty('--after', `${fromMs * slowness}ms`);
  made.style.setProperty('--for', `${tookMs * slowness}ms`);
  return made;
}

/** @param {number} scaleMs */
function showAxis(scaleMs) {
  const ticks = [0, 1 / 4, 1 / 2, 3 / 4, 1].map((share) => {
    const tick = element('span', { text: `${+(scaleMs * share).toFixed(2)}` });
    tick.style.setProperty('--from', String(share));
    return tick;
  });
  byId('journey-axis').replaceChildren(...ticks, element('span', { class: 'unit', text: 'ms' }));
}

/**
 * @param {string} step
 * @param {string | null} where
 * @param {...Element} rest
 */
function row(step, where, ...rest) {
  const name = element('span', { class: 'name', text: names[step] ?? step });
  if (where !== null) name.append(' in ', element('b', { text: where }));
  return element('li', { class: step }, name, ...rest);
}
