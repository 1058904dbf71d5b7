// Running an event once more whose units have ended: what can be, what cannot, and why.

import { contentRequested } from '../authors.ts';
import type { EventHistory, UnitHistory } from './history.ts';

/**
 * What becomes of a unit. `reaction`: it would do again what it did, so it has to be named.
 * `dead`: its letter is put back instead. `waiting`: it runs anyway. `nothing`: there is no unit.
 */
export type ReplayVerdict = 'replayed' | 'reaction' | 'dead' | 'waiting' | 'erased' | 'nothing';

/**
 * Why no unit of the event can run again. `no_data`: what it said was emptied. `erased`: its user
 * was, after it. `requested`: it stands for a read, and the next read asks again.
 */
export type ReplayHindrance = 'no_data' | 'erased' | 'requested';

export type Replays = {
  /**
   * Units of these names have no outcome any more and are due for a first attempt, all of it or
   * nothing. The order stays the event's own: it replaces what the event itself had made, and
   * nothing newer. Returns the names, or why nothing was done. Rejects with `unavailable`.
   */
  replay(
    event: EventHistory,
    names: readonly string[],
  ): Promise<{ replayed: readonly string[] } | { hindrance: ReplayHindrance }>;
};

/** `names`: those that were asked for; `null` asks for every generator. */
export function judgeUnits(
  { units }: EventHistory,
  names: readonly string[] | null,
): Map<string, ReplayVerdict> {
  const asked = units.filter(({ name }) => names === null || names.includes(name));
  return new Map(asked.map((unit) => [unit.name, judge(unit, names !== null)]));
}

function judge({ name, state }: UnitHistory, isNamed: boolean): ReplayVerdict {
  if (name === '') return 'nothing';
  if (state === 'waiting' || state === 'dead' || state === 'erased') return state;
  // Only reactions end like this.
  return state === 'done' && !isNamed ? 'reaction' : 'replayed';
}

export function hindranceOf(
  { type, dataJson }: EventHistory,
  { isErased, isWhole }: { isErased: boolean; isWhole: boolean },
): ReplayHindrance | null {
  if (isErased) return 'erased';
  if (type === contentRequested.type) return 'requested';
  return dataJson === null || !isWhole ? 'no_data' : null;
}
