// Running an event once more whose units have ended: what can be, what cannot, and why.

import { contentRequested } from '../authors.ts';
import type { EventHistory, UnitHistory } from './history.ts';
import type { Unit } from './units.ts';

/**
 * What becomes of a unit. `reaction`: it would do again what it did, so it has to be named.
 * `unknown`: nothing of this name is on the type any more. `dead`: its letter is put back instead.
 * `waiting`: it runs anyway. `nothing`: there is no unit.
 */
export type ReplayVerdict =
  | 'replayed'
  | 'reaction'
  | 'unknown'
  | 'dead'
  | 'waiting'
  | 'erased'
  | 'nothing';

/**
 * Why no unit of the event can run again. `no_data`: what it said was emptied. `erased`: its user
 * was, after it. `requested`: it stands for a read, and the next read asks again.
 */
export type ReplayHindrance = 'no_data' | 'erased' | 'requested';

export type ReplayUnit = Pick<Unit, 'name' | 'slot'>;

export type Replays = {
  /**
   * These units have no outcome any more and are due for a first attempt, all of it or nothing. The
   * order stays the event's own: what they make replaces what the event itself had made in their
   * slots, and nothing newer. Returns the names, or why nothing was done. Rejects with `unavailable`.
   */
  replay(
    event: EventHistory,
    units: readonly ReplayUnit[],
  ): Promise<{ replayed: readonly string[] } | { hindrance: ReplayHindrance }>;
};

/** `names`: those that were asked for; `null` asks for every generator. `known`: what there is now. */
export function judgeUnits(
  { units }: EventHistory,
  names: readonly string[] | null,
  known: readonly ReplayUnit[],
): Map<string, ReplayVerdict> {
  const asked = units.filter(({ name }) => names === null || names.includes(name));
  const now = new Map(known.map((unit) => [unit.name, unit]));
  return new Map(asked.map((unit) => [unit.name, judge(unit, now.get(unit.name), names !== null)]));
}

function judge(
  { name, state }: UnitHistory,
  known: ReplayUnit | undefined,
  isNamed: boolean,
): ReplayVerdict {
  if (name === '') return 'nothing';
  if (state === 'waiting' || state === 'dead' || state === 'erased') return state;
  if (known === undefined) return 'unknown';
  return known.slot === null && !isNamed ? 'reaction' : 'replayed';
}

export function hindranceOf(
  { type, dataJson }: EventHistory,
  { isErased, isWhole }: { isErased: boolean; isWhole: boolean },
): ReplayHindrance | null {
  if (isErased) return 'erased';
  if (type === contentRequested.type) return 'requested';
  return dataJson === null || !isWhole ? 'no_data' : null;
}
