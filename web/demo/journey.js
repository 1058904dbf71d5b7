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
/** Ends of the scale that are easy to read. */
const scalesMs = [5, 10, 20, 30, 50, 100, 200, 500, 1_000, 2_000, 5_000];

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
  const storedMs = shown.find(({ step }) => step === 'stored')?.endedMs ?? 0;
  const slowness = replayMs / endMs;
  byId('journey').replaceChildren(
    ...shown.map((step) => {
      const { endedMs } = step;
      // Between the commit and a region's word lies the fan-out.
      const beganMs = step.step === 'positioned' ? storedMs : step.beganMs;
      const bar = element('span', { class: 'bar' });
      bar.style.setProperty('--from', String(beganMs / scaleMs));
      bar.style.setProperty('--share', String((endedMs - beganMs) / scaleMs));
      bar.style.setProperty('--after', `${beganMs * slowness}ms`);
      bar.style.setProperty('--for', `${(endedMs - beganMs) * slowness}ms`);
      return row(
        step.step,
        step.where,
        element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
        element('span', { class: 'ms', text: `at ${inMs(endedMs)}` }),
      );
    }),
  );
  showAxis(scaleMs);
  const factor = Math.max(1, Math.round(slowness / 10) * 10);
  byId('journey-hint').textContent =
    `Times are measured inside the running platform, from the shop’s report on. The bars are replayed about ${factor} times slower.`;
  return endMs;
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
