// `previous: 'exact'`: what a unit made counts only where its slot still holds what it was made from.

import type { Outcome, SlotContent } from '../document.ts';
import { Failure } from '../errors.ts';
import { compareOrder } from '../order.ts';
import type { ContentUnit } from './commit-rules.ts';
import type { FinishedUnit } from './finished-unit.ts';

export type ExactUnit = FinishedUnit & {
  unit: { name: string; slot: string };
  basisJson: string | null;
};

export function isExact(finished: FinishedUnit): finished is ExactUnit {
  return finished.basisJson !== undefined && finished.unit?.slot != null;
}

/** Those whose outcome depends on what their slot holds. That nothing is to change does, too. */
export function exactUnits(
  units: readonly FinishedUnit[],
  outcomes: readonly Outcome[],
): ExactUnit[] {
  const depends = (_: unknown, index: number) =>
    outcomes[index] === 'stored' || outcomes[index] === 'unchanged';
  return units.filter(depends).filter(isExact);
}

/**
 * Throws unless each was made from what its slot holds, under the lock of its user's document, and
 * all their content is among the `winners` of the batch.
 */
export function refuseOutdated(
  units: readonly ExactUnit[],
  heldBy: (unit: ExactUnit) => SlotContent | undefined,
  winners: ReadonlySet<FinishedUnit>,
): void {
  const blamed = units.filter((unit) => {
    const isSame = (heldBy(unit)?.contentJson ?? null) === unit.basisJson;
    return !isSame || (unit.result.kind === 'content' && !winners.has(unit));
  });
  if (blamed.length === 0) return;
  const error = 'Its slot holds something else than what it was made from.';
  throw new Failure('rejected', error, { reason: 'outdated', blamed });
}

/** Content to which an event was added late is still that of the newest event in it. */
export function asOfNewest(unit: ContentUnit, held: SlotContent | undefined): ContentUnit {
  if (held === undefined) return unit;
  const newest = { stamp: held.stamp, ...held.event };
  return compareOrder(newest, unit.event) < 0
    ? unit
    : { ...unit, event: { ...unit.event, ...newest } };
}
