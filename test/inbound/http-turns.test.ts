// Long pieces of work, one in a turn of the event loop.

import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '../../src/inbound/http-turns.ts';

it('gives each caller a turn of its own, in their order', async () => {
  const ownTurn = createTurns();
  let turn = 0;
  const given: { [name: string]: number } = {};
  const names = ['a', 'b', 'c'];
  const all = names.map(async (name) => {
    expect(await ownTurn(new Socket())).toBe(true);
    given[name] = turn;
  });
  for (; turn < 2 * names.length; turn += 1) await nextTurn();
  await Promise.all(all);
  const turns = Object.values(given);
  expect(Object.keys(given)).toEqual(names);
  expect(turns).toEqual([...new Set(turns)].sort((a, b) => a - b));
});

it('lets go of a caller whose connection closes in line, and keeps nobody else waiting', async () => {
  const ownTurn = createTurns();
  const sockets = Array.from({ length: 100 }, () => new Socket());
  const ended: string[] = [];
  const all = sockets.map(async (socket, index) => {
    ended.push(`${index} ${await ownTurn(socket)}`);
  });
  sockets[97]?.destroy(new Error('reset'));
  sockets[98]?.destroy();
  await Promise.all(all);
  expect(ended).toHaveLength(100);
  expect(ended.slice(0, 50)).toEqual(expect.arrayContaining(['97 false', '98 false']));
  expect(ended.at(-1)).toBe('99 true');
  expect(sockets.every((socket) => socket.listenerCount('close') === 0)).toBe(true);
});
