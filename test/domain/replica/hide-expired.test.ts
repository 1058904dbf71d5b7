// Very many users whose content expires in the same moment: all are hidden, a bounded number of them
// in each turn of the event loop, and nobody else is.

import { expect, it, onTestFinished } from 'vitest';
import { memoryPositions } from '../../../src/outbound/memory-positions.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument, aSlot } from '../../fixtures/content.ts';
import { openPositions, startMs } from './open-positions.ts';

const expiringCount = 100_000;
const maxPerTurn = 1_000;
const expiresAtMs = startMs + 60_000;

/** Counts turns of the event loop until the test is over. */
function countTurns() {
  const turns = { passed: 0 };
  const next = () => {
    turns.passed += 1;
    turn = setImmediate(next);
  };
  let turn = setImmediate(next);
  onTestFinished(() => clearImmediate(turn));
  return turns;
}

it('hides 100,000 users in bounded turns, and leaves the others where they are', async () => {
  const positions = memoryPositions({ maxFiles: 2 * expiringCount });
  const turns = countTurns();
  /** Hidden users by turn. */
  const hidden = new Map<number, number>();
  const counting = {
    ...positions,
    remove(user: string) {
      hidden.set(turns.passed, (hidden.get(turns.passed) ?? 0) + 1);
      positions.remove(user);
    },
  };
  const place = { store: memoryRegionStore(), positions };
  const { put, clock, keeper, changes } = await openPositions({ positions: counting }, place);
  const expiring = Array.from({ length: expiringCount }, (_, index) => `expiring-${index}`);
  const others = Array.from({ length: 1_000 }, (_, index) => `other-${index}`);
  await put(
    ...expiring.map((user) => aDocument(user, { slots: [aSlot({ expiresAtMs })] })),
    ...others.map((user) =>
      aDocument(user, { slots: [aSlot({ expiresAtMs: expiresAtMs + 60_000 })] }),
    ),
  );
  expect(positions.count()).toBe(expiringCount + others.length);
  changes.length = 0;

  clock.nowMs = expiresAtMs + 200;
  await expect.poll(positions.count, { timeout: 30_000 }).toBe(others.length);
  expect(others.filter((user) => !positions.has(user))).toEqual([]);
  expect(new Set(changes.flat()).size).toBe(expiringCount);
  expect(Math.max(...hidden.values())).toBeLessThanOrEqual(maxPerTurn);
  // Reads that came meanwhile had their turns.
  expect(hidden.size).toBeGreaterThanOrEqual(expiringCount / maxPerTurn);

  expect(keeper.current('expiring-0')?.version).toBe(1);
  expect(Buffer.from(positions.read('expiring-0') ?? []).toString()).not.toContain('personal');
}, 60_000);
