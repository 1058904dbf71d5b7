// What is remembered of positions is bounded by how many there may be, whoever had one before.

import { expect, it, vi } from 'vitest';
import { createStaleUsers } from '../../../src/domain/replica/stale-users.ts';
import { memoryPositions } from '../../../src/outbound/memory-positions.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument } from '../../fixtures/content.ts';
import { openPositions, personal, startMs } from './open-positions.ts';

const maxFiles = 200;
/** Until the next look at whom was dropped. */
const slack = 64;

function open(foundUsers: readonly string[] = []) {
  const positions = memoryPositions({ maxFiles });
  const dropped: string[] = [];
  const stale = createStaleUsers({
    bring: () => {},
    positions,
    onDropped: (user) => dropped.push(user),
    rewritesPerS: 0.001,
    onAllRewritten: async () => true,
    observe: () => {},
  });
  for (const user of foundUsers) positions.write(user, Buffer.from('{}'));
  for (const user of [...foundUsers].reverse()) stale.found(user, { isStale: false });
  return {
    ...{ positions, dropped, stale },
    layDown(user: string) {
      positions.write(user, Buffer.from('{}'));
      stale.laidDown(user, ['offers']);
    },
    known: () => stale.showing(['offers']),
  };
}

const usersOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

it('forgets whoever was dropped, and nobody who has a position', () => {
  const { positions, dropped, stale, layDown, known } = open();
  const users = usersOf('user', 5_000);
  users.forEach((user, index) => {
    layDown(user);
    // Some are rewritten, and some taken away, in the midst of it.
    if (index % 3 === 0 && positions.has(`user-${index - 100}`)) layDown(`user-${index - 100}`);
    if (index % 50 === 0) {
      positions.remove(`user-${index - 10}`);
      stale.forget(`user-${index - 10}`);
    }
    expect(known().length).toBeLessThanOrEqual(maxFiles + slack);
  });
  const kept = new Set(known());
  expect(users.filter((user) => positions.has(user) && !kept.has(user))).toEqual([]);
  expect(dropped.filter((user) => positions.has(user) || kept.has(user))).toEqual([]);
  expect(dropped.length).toBeGreaterThan(users.length / 2);
});

it('forgets those of an earlier process, too, whatever the order in which they were found', () => {
  const found = usersOf('found', maxFiles);
  const { positions, layDown, known } = open(found);
  for (const user of usersOf('user', 1_000)) {
    layDown(user);
    const all = new Set(known());
    expect(all.size).toBeLessThanOrEqual(2 * maxFiles + slack);
    expect(found.filter((one) => positions.has(one) && !all.has(one))).toEqual([]);
  }
  expect(known().length).toBeLessThanOrEqual(maxFiles + slack);
  expect(known()).toEqual(expect.arrayContaining(usersOf('user', 1_000).filter(positions.has)));
});

it('remembers no expiry of whoever was dropped', async () => {
  const place = { store: memoryRegionStore(), positions: memoryPositions({ maxFiles }) };
  const { put, clock, positions, changes } = await openPositions({}, place);
  const expiresAtMs = startMs + 60_000;
  const slots = personal('short', { expiresAtMs });
  await put(...usersOf('user', 2_000).map((user) => aDocument(user, { slots })));
  expect(positions.count()).toBe(maxFiles);
  changes.length = 0;
  clock.nowMs = expiresAtMs + 200;
  await expect.poll(positions.count).toBe(0);
  expect(changes.flat().length).toBeGreaterThanOrEqual(maxFiles);
  expect(changes.flat().length).toBeLessThanOrEqual(maxFiles + slack);
});

it('gives everybody a turn, though generic content changes before all have had theirs', async () => {
  vi.useFakeTimers();
  try {
    const users = usersOf('user', 20);
    const brought = new Set<string>();
    let allRewritten = 0;
    const stale = createStaleUsers({
      bring(user) {
        brought.add(user);
        stale.laidDown(user, ['offers']);
      },
      positions: { has: () => true, count: () => users.length },
      ...{ onDropped: () => {}, observe: () => {} },
      // One in each turn.
      rewritesPerS: 20,
      async onAllRewritten() {
        allRewritten += 1;
        return true;
      },
    });
    for (const user of users) stale.laidDown(user, ['offers']);
    const rewriting = stale.start();
    await vi.advanceTimersByTimeAsync(250);
    allRewritten = 0;
    for (let round = 0; round < 10; round += 1) {
      stale.genericChanged(['offers']);
      await vi.advanceTimersByTimeAsync(250);
    }
    expect([...brought].toSorted()).toEqual(users.toSorted());
    expect([allRewritten, users.some(stale.isStale)]).toEqual([0, true]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([allRewritten, users.some(stale.isStale)]).toEqual([1, false]);
    await rewriting.stop();
  } finally {
    vi.useRealTimers();
  }
});
