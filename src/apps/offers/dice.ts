// Chance that always falls the same way: a retried event must lead to the same offers.

import { createHash } from 'node:crypto';

export type Dice = {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** `count` different items, in an order of their own. */
  pick<Item>(items: readonly Item[], count: number): Item[];
};

/** 48 bits for a few sides: the favor to low numbers is far below one in a billion. */
const throwBytes = 6;

/** Dice with the same seeds fall the same way, whatever machine they are thrown on. */
export function createDice(...seeds: readonly string[]): Dice {
  const seed = JSON.stringify(seeds);
  let digests = 0;
  let bytes = Buffer.alloc(0);

  function between(min: number, max: number): number {
    if (bytes.length < throwBytes) {
      digests += 1;
      bytes = createHash('sha256').update(`${digests} ${seed}`).digest();
    }
    const thrown = bytes.readUIntBE(0, throwBytes);
    bytes = bytes.subarray(throwBytes);
    return min + (thrown % (max - min + 1));
  }

  return {
    between,
    pick(items, count) {
      const rest = [...items];
      const picked: typeof rest = [];
      while (picked.length < count && rest.length > 0) {
        picked.push(...rest.splice(between(0, rest.length - 1), 1));
      }
      return picked;
    },
  };
}
