// What every place for positions must do where each of them has a page.

import { beforeEach, describe, expect, it } from 'vitest';
import type { GenericPair, Positions } from '../../src/domain/replica/positions.ts';

export type OpenedPages = {
  positions: Positions;
  /** What a reader finds, as text. */
  read(user: string): string | null;
  readPage(user: string): string | null;
  readGenericPages(): { generic: string; pending: string } | null;
};

const bodyOf = (text: string) => Buffer.from(text);
const pair = (text: string): GenericPair => ({
  ...{ generic: bodyOf(`${text} of all`), pending: bodyOf(`${text} pending`) },
});

/** `open` gives an empty place each time it is called. */
export function positionedPagesContract(
  name: string,
  open: (limits: { maxFiles: number }) => OpenedPages,
): void {
  describe(`${name} keep pages`, () => {
    let opened: OpenedPages;
    let positions: Positions;
    beforeEach(() => {
      opened = open({ maxFiles: 3 });
      positions = opened.positions;
    });
    const write = (...users: string[]) => {
      for (const user of users)
        positions.write(user, bodyOf(`body of ${user}`), bodyOf(`<${user}>`));
    };
    const both = (user: string) => [opened.read(user), opened.readPage(user)];

    it('beside bodies, and replaces both', () => {
      for (const text of ['long é \u2028', '', 'x'.repeat(300_000)]) {
        positions.write('alice', bodyOf(`{"${text}"}`), bodyOf(`<${text}>`));
        expect(both('alice')).toEqual([`{"${text}"}`, `<${text}>`]);
      }
      expect(positions.count()).toBe(1);
    });

    it('as they were written when the caller uses its buffer again', () => {
      const page = bodyOf('alice');
      positions.write('alice', bodyOf('{}'), page);
      page.fill('x');
      expect(opened.readPage('alice')).toBe('alice');
    });

    it('that are taken away with their bodies', () => {
      write('alice', 'bob');
      positions.remove('alice');
      expect(both('alice')).toEqual([null, null]);
      expect(both('bob')).toEqual(['body of bob', '<bob>']);
    });

    it('of those that are kept, and of nobody else', () => {
      write('alice', 'bob', 'carol');
      positions.keepOnly(new Set(['bob']));
      expect(['alice', 'bob', 'carol'].map(opened.readPage)).toEqual([null, '<bob>', null]);
      positions.keepOnly([]);
      expect(both('bob')).toEqual([null, null]);
    });

    it('that go with the eldest, one for each body', () => {
      write('alice', 'bob', 'carol', 'alice', 'dave');
      expect(['alice', 'bob', 'carol', 'dave'].map(opened.readPage)).toEqual([
        ...['<alice>', null, '<carol>', '<dave>'],
      ]);
      expect(positions.count()).toBe(3);
    });

    it('until a body comes without one', () => {
      write('alice');
      positions.write('alice', bodyOf('{}'));
      expect(both('alice')).toEqual(['{}', null]);
    });

    it('for everyone, apart from all users', () => {
      write('generic', 'pending', 'generic.html');
      positions.writeGeneric(pair('old'), pair('<old>'));
      positions.writeGeneric(pair('{}'), pair('<p>'));
      expect(opened.readGenericPages()).toEqual({ generic: '<p> of all', pending: '<p> pending' });
      expect(positions.count()).toBe(3);
    });
  });
}
