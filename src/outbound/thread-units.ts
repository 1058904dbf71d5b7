// The units that one thread was given and has not answered.

import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';
import type { ThreadTask } from './thread-messages.ts';

/**
 * The thread died or was ended under a unit; `isTakenUp`: after its author's code had begun;
 * `isFirst`: and no other unit had been in that thread. `isDeaf`: it was ended because it was deaf.
 */
export type ThreadLoss = {
  kind: 'lost';
  isTakenUp: boolean;
  isFirst: boolean;
  isDeaf: boolean;
  error: string;
};

export type AskedUnit = { call: UnitCall; answer(answer: UnitAnswer | ThreadLoss): void };

type Given = { unit: AskedUnit; givenAtMs: number; begunAtMs: number | null };

/** How much longer than its deadline a unit may keep its thread deaf; looking makes it a second. */
const graceMs = 900;

export type ThreadUnits = ReturnType<typeof createThreadUnits>;

/** `begunId`: the last call that the thread has begun with. */
export function createThreadUnits(begunId: () => number, startTimeoutMs: number) {
  const units = new Map<number, Given>();
  let lastId = 0;
  let idleSinceMs = performance.now();

  function settle(id: number, answer: UnitAnswer | ThreadLoss): void {
    const given = units.get(id);
    units.delete(id);
    if (units.size === 0) idleSinceMs = performance.now();
    given?.unit.answer(answer);
  }

  return {
    add(unit: AskedUnit): ThreadTask {
      lastId += 1;
      units.set(lastId, { unit, givenAtMs: performance.now(), begunAtMs: null });
      return { id: lastId, call: unit.call };
    },
    settle,
    lose(error: string, isDeaf: boolean): void {
      const lastBegun = begunId();
      for (const id of units.keys()) {
        const isTakenUp = id <= lastBegun;
        settle(id, { kind: 'lost', isTakenUp, isFirst: isTakenUp && id === 1, isDeaf, error });
      }
    },
    count: () => units.size,
    /** Those that the thread has not begun with. */
    owed: () => Math.min(units.size, lastId - begunId()),
    idleMs: () => (units.size > 0 ? 0 : performance.now() - idleSinceMs),

    /** Why the thread must be deaf, if it is. To be called often: it notices what was begun. */
    overdue(): string | null {
      const [now, lastBegun] = [performance.now(), begunId()];
      for (const [id, given] of units) {
        const { deadlineMs } = given.unit.call.unit;
        if (id > lastBegun) {
          if (now - given.givenAtMs <= startTimeoutMs) continue;
          return `No thread has begun with it within ${startTimeoutMs} ms.`;
        }
        given.begunAtMs ??= now;
        if (now - given.begunAtMs <= deadlineMs + graceMs) continue;
        return `Its thread has not answered within ${deadlineMs + 1000} ms.`;
      }
      return null;
    },
  };
}
