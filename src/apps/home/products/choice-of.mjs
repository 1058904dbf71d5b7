// @ts-check
// A choice for a person that stays the same, and differs from that of the next one.

import { createHash } from 'node:crypto';

/** @param {string} seed A whole number below `count` that always is the same for a seed. @param {number} count */
export function choiceOf(seed, count) {
  return createHash('sha256').update(seed).digest().readUInt32BE(0) % count;
}
