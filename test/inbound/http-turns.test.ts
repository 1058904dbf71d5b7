// Long pieces of work, one in a turn of the event loop.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '../../src/inbound/http-turns.ts';

it('gives each caller a turn of its own, in their order', async () => {
  const ownTurn = createTurns();
  let turn = 0;
  const given: { [name: string]: number } = {};
  const names = ['a', 'b', 'c'];
  const all = names.map(async (name) => {
    await ownTurn();
    given[name] = turn;
  });
  for (; turn < 2 * names.length; turn += 1) await nextTurn();
  await Promise.all(all);
  const turns = Object.values(given);
  expect(Object.keys(given)).toEqual(names);
  expect(turns).toEqual([...new Set(turns)].sort((a, b) => a - b));
});
