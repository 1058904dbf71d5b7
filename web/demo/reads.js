// Times the same read twice: where it was positioned, and from a back end that makes it when asked.

import { byId, element, inMs } from './element.js';
import { generateFarAway, tokenOf } from './shop.js';

const rounds = 5;

/**
 * Resolves with a sentence about it.
 * @param {import('./shop.js').Region} region
 * @param {string} user
 * @param {number} farMs
 */
export async function measureReads(region, user, farMs) {
  const token = await tokenOf(user);
  const near = [];
  const far = [];
  for (let round = 0; round < rounds; round += 1) {
    near.push(await timed(() => readPositioned(region, token)));
    far.push(await timed(() => generateFarAway(user)));
  }
  const [nearest, farthest] = [median(near), median(far)];
  const made = farthest.result.generatedInMs;
  const isSame = sameOffers(nearest.result, farthest.result.content);
  show([
    {
      kind: 'near',
      name: 'Positioned',
      ms: nearest.ms,
      share: nearest.ms / farthest.ms,
      note: `Read from region ${region.name} over loopback: no distance, and nothing was generated.`,
    },
    {
      kind: 'far',
      name: `Generated on request, ${farMs} ms away`,
      ms: farthest.ms,
      share: 1,
      note: `${farMs} ms of distance, ${inMs(made)} of generating, the rest on the way.`,
    },
  ]);
  const times = Math.round(farthest.ms / nearest.ms);
  const same = isSame ? 'The same offers' : 'The offers';
  const sentence = `${same}, ${times} times sooner than from ${farMs} ms away (simulated).`;
  byId('reads-figure').replaceChildren(element('strong', { text: sentence }));
  return `${sentence} Positioned ${inMs(nearest.ms)}, generated on request ${inMs(farthest.ms)}.`;
}

/**
 * @param {import('./shop.js').Region} region
 * @param {string} token
 */
async function readPositioned(region, token) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${region.url}/v1/content/me`, { headers, cache: 'no-store' });
  if (!response.ok) throw new Error(`Region ${region.name} answered ${response.status}.`);
  return response.json();
}

/**
 * @template Result
 * @param {() => Promise<Result>} read
 * @returns {Promise<{ ms: number, result: Result }>}
 */
async function timed(read) {
  const startedMs = performance.now();
  const result = await read();
  return { ms: performance.now() - startedMs, result };
}

/**
 * @template {{ ms: number }} Timed
 * @param {Timed[]} all
 * @returns {Timed}
 */
function median(all) {
  const sorted = [...all].sort((a, b) => a.ms - b.ms);
  return /** @type {Timed} */ (sorted[Math.floor(sorted.length / 2)]);
}

/**
 * @param {any} positioned
 * @param {unknown} generated
 */
function sameOffers(positioned, generated) {
  return JSON.stringify(positioned.slots.offers.content) === JSON.stringify(generated);
}

/** @param {{ kind: string, name: string, ms: number, share: number, note: string }[]} reads */
function show(reads) {
  byId('reads').replaceChildren(
    ...reads.map(({ kind, name, ms, share, note }) => {
      const bar = element('span', { class: 'bar' });
      bar.style.setProperty('--share', String(share));
      return element(
        'div',
        { class: kind },
        element('dt', { text: name }),
        element('dd', { class: 'time', text: inMs(ms) }),
        element('dd', { class: 'track', 'aria-hidden': 'true' }, bar),
        element('dd', { class: 'note', text: note }),
      );
    }),
  );
}
