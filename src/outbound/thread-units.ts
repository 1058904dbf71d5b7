// The units that one thread was given and has not answered.

import type { Failure } from '../domain/errors.ts';
import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';
import { lastBegun, type ThreadMarks, takeBackTo } from './thread-marks.ts';
import type { ThreadTask } from './thread-messages.ts';

/**
 * The thread died or was ended after the author's code of a unit had begun; `isFirst`: and no other
 * unit had been in that thread. `isDeaf`: it was ended because it was deaf.
 */
export type ThreadLoss = { kind: 'lost'; isFirst: boolean; isDeaf: boolean; error: string };

export type AskedUnit = {
  call: UnitCall;
  answer(answer: UnitAnswer | ThreadLoss): void;
  refuse(error: Failure): void;
};

export type ThreadUnitsOptions = {
  marks: ThreadMarks;
  /** How long the thread may stand still before a unit that it was given. */
  startTimeoutMs: number;
  /** Called with those that the thread has not begun with, and will not. */
  takenBack(units: readonly AskedUnit[]): void;
};

type Given = { unit: AskedUnit; begunAtMs: number | null };

/** How much longer than its deadline a unit may keep its thread deaf, and what looking adds to it. */
const graceMs = 900;
const lookingMs = 100;

export type ThreadUnits = ReturnType<typeof createThreadUnits>;

export function createThreadUnits({ marks, startTimeoutMs, takenBack }: ThreadUnitsOptions) {
  const units = new Map<number, Given>();
  let lastId = 0;
  /** Of those that were not taken back. */
  let firstId = 1;
  let idleSinceMs = performance.now();
  let lastLook = { begunId: 0, isOwing: false };
  let standsStillSinceMs: number | null = null;

  function remove(id: number): AskedUnit | undefined {
    const given = units.get(id);
    units.delete(id);
    if (units.size === 0) idleSinceMs = performance.now();
    return given?.unit;
  }

  function takeBack(ids: readonly number[]): void {
    for (const id of ids) if (id === firstId) firstId += 1;
    takenBack(ids.map(remove).filter((unit) => unit !== undefined));
  }

  function takeBackUnbegun(): void {
    const begunId = takeBackTo(marks, lastId);
    takeBack([...units.keys()].filter((id) => id > begunId));
  }

  return {
    add(unit: AskedUnit): ThreadTask {
      lastId += 1;
      units.set(lastId, { unit, begunAtMs: null });
      return { id: lastId, call: unit.call };
    },
    /**
     * `null`: it came to the call after that was taken back. Returns the call that was answered now.
     */
    settle(id: number, answer: UnitAnswer | null): UnitCall | undefined {
      if (answer === null) return void takeBack([id]);
      const unit = remove(id);
      unit?.answer(answer);
      return unit?.call;
    },
    lose(error: string, isDeaf: boolean): void {
      takeBackUnbegun();
      for (const id of units.keys())
        remove(id)?.answer({ kind: 'lost', isFirst: id === firstId, isDeaf, error });
    },
    count: () => units.size,
    /** Those that the thread has not begun with. */
    owed: () => Math.min(units.size, lastId - lastBegun(marks)),
    idleMs: () => (units.size > 0 ? 0 : performance.now() - idleSinceMs),
    /** For so long at least. */
    standsStill: (forMs = 0) =>
      standsStillSinceMs !== null && performance.now() - standsStillSinceMs >= forMs,
    /** To be called when the thread has gone on. */
    goesOn(): void {
      standsStillSinceMs = null;
    },

    /** To be called often: takes back what the thread has not come to since the last time. */
    look(): void {
      const [now, begunId] = [performance.now(), lastBegun(marks)];
      for (const [id, given] of units) if (id <= begunId) given.begunAtMs ??= now;
      const isOwing = [...units.keys()].some((id) => id > begunId);
      const isStill = isOwing && lastLook.isOwing && begunId === lastLook.begunId;
      lastLook = { begunId, isOwing };
      if (!isStill || standsStillSinceMs !== null) return;
      standsStillSinceMs = now;
      takeBackUnbegun();
    },

    /** Why the thread must be deaf, if it is. */
    overdue(): string | null {
      const now = performance.now();
      if (standsStillSinceMs !== null && now - standsStillSinceMs > startTimeoutMs)
        return `Its thread has begun with nothing within ${startTimeoutMs} ms.`;
      for (const { unit, begunAtMs } of units.values()) {
        const { deadlineMs } = unit.call.unit;
        if (begunAtMs !== null && now - begunAtMs > deadlineMs + graceMs)
          return `Its thread has not answered within ${deadlineMs + graceMs + lookingMs} ms.`;
      }
      return null;
    },
  };
}
