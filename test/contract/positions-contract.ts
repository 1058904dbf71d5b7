// What every place for positions must do, sentence by sentence of its port.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Positions } from '../../src/domain/replica/positions.ts';

export type OpenedPositions = {
  positions: Positions;
  /** What a reader finds, as text. */
  read(user: string): string | null;
  readGeneric(): { generic: string; pending: string };
};

const bodyOf = (text: string) => Buffer.from(text);

/** `open` gives an empty place each time it is called. */
export function positionsContract(
  name: string,
  open: (limits: { maxFiles: number }) => OpenedPositions,
): void {
  describe(`${name} keep finished bodies`, () => {
    let opened: OpenedPositions;
    let positions: Positions;
    beforeEach(() => {
      opened = open({ maxFiles: 3 });
      positions = opened.positions;
    });
    const write = (...users: string[]) => {
      for (const user of users) positions.write(user, bodyOf(`body of ${user}`));
    };

    it('replaces a body whole, by a shorter one and by a longer one', () => {
      for (const body of ['{"long":"é \u2028 body"}', '{}', `{"n":"${'x'.repeat(300_000)}"}`]) {
        positions.write('alice', bodyOf(body));
        expect(opened.read('alice')).toBe(body);
      }
      expect(positions.count()).toBe(1);
    });

    it('keeps what was written when the caller uses its buffer again', () => {
      const body = bodyOf('alice');
      positions.write('alice', body);
      body.fill('x');
      expect(opened.read('alice')).toBe('alice');
    });

    it('takes a body away, and does not mind when there is none', () => {
      write('alice', 'bob');
      positions.remove('alice');
      positions.remove('alice');
      positions.remove('carol');
      expect(opened.read('alice')).toBeNull();
      expect(opened.read('bob')).toBe('body of bob');
    });

    it('knows whom it has, and how many', () => {
      expect([positions.count(), positions.has('alice')]).toEqual([0, false]);
      write('alice', 'bob', 'alice');
      expect([positions.count(), positions.has('alice')]).toEqual([2, true]);
      positions.remove('alice');
      expect([positions.count(), positions.has('alice')]).toEqual([1, false]);
    });

    it('can be written again after it was taken away', () => {
      write('alice');
      positions.remove('alice');
      positions.write('alice', bodyOf('again'));
      expect(opened.read('alice')).toBe('again');
      expect(positions.count()).toBe(1);
    });

    it('drops the eldest when there are too many', () => {
      write('alice', 'bob', 'carol', 'dave', 'erin');
      expect(['alice', 'bob', 'carol', 'dave', 'erin'].filter(positions.has)).toEqual([
        'carol',
        'dave',
        'erin',
      ]);
      expect([opened.read('alice'), opened.read('bob')]).toEqual([null, null]);
      expect(positions.count()).toBe(3);
    });

    it('takes one that is written again for the youngest', () => {
      write('alice', 'bob', 'carol', 'alice', 'dave');
      expect(opened.read('alice')).toBe('body of alice');
      expect(opened.read('bob')).toBeNull();
    });

    it('drops many times more than it holds, always the eldest', () => {
      const large = open({ maxFiles: 2000 });
      const users = Array.from({ length: 3500 }, (_, index) => `user-${index}`);
      for (const user of users) {
        large.positions.write(user, bodyOf(user));
        expect(large.positions.count()).toBeLessThanOrEqual(2000);
      }
      const count = large.positions.count();
      // Some are dropped together, but not many.
      expect(count).toBeGreaterThanOrEqual(1990);
      expect(users.filter(large.positions.has)).toEqual(users.slice(-count));
      expect(users.filter((user) => large.read(user) !== null)).toEqual(users.slice(-count));
    });

    it('keeps only those it is told to keep, whether it has them or not', () => {
      write('alice', 'bob', 'carol');
      positions.keepOnly(new Set(['bob', 'nobody']));
      expect([opened.read('alice'), opened.read('carol')]).toEqual([null, null]);
      expect(opened.read('bob')).toBe('body of bob');
      expect(positions.count()).toBe(1);
      positions.keepOnly([]);
      expect(opened.read('bob')).toBeNull();
    });

    it('keeps users of the longest and strangest names apart', () => {
      const users = ['a'.repeat(128), `${'a'.repeat(127)}b`, '__proto__', 'a@b', 'A@B', '..', '.'];
      users.push('../../generic.json', 'a/b', '%2e%2e', 'é', 'e\u0301', '');
      const large = open({ maxFiles: users.length });
      for (const user of users) large.positions.write(user, bodyOf(`of ${user}`));
      expect(users.map(large.read)).toEqual(users.map((user) => `of ${user}`));
      expect(large.positions.count()).toBe(users.length);
    });

    it('keeps what everyone is shown, apart from all users', () => {
      positions.writeGeneric({ generic: bodyOf('old'), pending: bodyOf('old') });
      positions.writeGeneric({ generic: bodyOf('generic'), pending: bodyOf('pending') });
      write('generic', 'pending', 'generic.json', 'pending.json');
      expect(opened.readGeneric()).toEqual({ generic: 'generic', pending: 'pending' });
      expect(positions.count()).toBe(3);
    });

    it('says that it lives as often as it is told to', () => {
      positions.beat();
      positions.beat();
      expect(positions.count()).toBe(0);
    });
  });
}
