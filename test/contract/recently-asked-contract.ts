// What every memory of what was asked must do.

import { describe, expect, it } from 'vitest';
import type { RecentlyAsked } from '../../src/domain/replica/recently-asked.ts';

const hourMs = 3_600_000;

/** `open` gives an empty one for each test. */
export function recentlyAskedContract(
  name: string,
  open: (maxKeys: number) => RecentlyAsked,
): void {
  describe(`what was asked lately: ${name}`, () => {
    it('knows what was added and nothing else', () => {
      const asked = open(10);
      asked.add('offers 0 alice', hourMs);
      expect(asked.has('offers 0 alice')).toBe(true);
      expect(asked.has('offers 0 bob')).toBe(false);
      expect(asked.has('__proto__')).toBe(false);
    });

    it('forgets a key when its time is over', async () => {
      const asked = open(10);
      asked.add('short', 20);
      asked.add('long', hourMs);
      await expect.poll(() => asked.has('short')).toBe(false);
      expect(asked.has('long')).toBe(true);
    });

    it('takes the last time that it was told, even when it is full', async () => {
      const asked = open(1);
      asked.add('a', hourMs);
      asked.add('a', 20);
      await expect.poll(() => asked.has('a')).toBe(false);
    });

    it('adds nothing beyond its room, and does not mind', () => {
      const asked = open(3);
      for (const key of ['a', 'b', 'c', 'd', 'e']) asked.add(key, hourMs);
      expect(['a', 'b', 'c', 'd', 'e'].filter((key) => asked.has(key))).toEqual(['a', 'b', 'c']);
    });
  });
}
