// `coalesce: 'latest'`: while a generator runs for a user, the user's further events wait. The next
// call gets the newest of them, and the others with it; those are remembered as superseded. Calls of
// `previous: 'exact'` wait for each other, too, and each event has its own unless it coalesces.

import { allEnded } from '../all-ended.ts';
import { isRequested } from '../content-request.ts';
import type { AcceptedEvent, Lane } from '../event.ts';
import { createCoalescer } from './coalesce.ts';
import type { CommitUnit } from './commit-units.ts';
import { isErased } from './erasure.ts';
import type { ParkUnit } from './park-unit.ts';
import type { LoadState } from './prepare-event.ts';
import { knownOf, type RunUnit, type UnitEnd, type UnitTask } from './run-unit.ts';

/** Data of the events in one call: they are copied into a thread. */
const maxBytes = 1_048_576;

/**
 * Calls with earlier events that may fail in a row. One of the events may be what makes them fail,
 * and nobody knows which, so that the rest is then called for one by one.
 */
const maxFailures = 2;

/** With these, the newest event's unit has settled what came before it as well. */
const coversEarlier: ReadonlySet<UnitEnd> = new Set([
  'stored',
  'unchanged',
  'superseded',
  'erased',
]);

export function createRunCoalesced(deps: {
  runUnit: RunUnit;
  load: LoadState;
  commit: CommitUnit;
  park: ParkUnit;
  /** Events of one user that may wait for a call; more would keep others from this worker. */
  maxWaiting: { readonly [lane in Lane]: number };
  /** For how long an event is parked that may not wait. */
  saturationPatienceMs: number;
}): RunUnit {
  const coalescer = createCoalescer<UnitTask, UnitEnd>({
    maxBytes,
    // Side by side all exact ones but one would be refused, and called again.
    maxTogether: ({ unit }) => (unit.coalesce ? Number.POSITIVE_INFINITY : 1),
    maxWaiting: ({ event }) => deps.maxWaiting[event.lane],
    turnAway,
    run: (group, isFirst) => runGroup(group, { isFirst, failures: 0 }),
  });
  return (task) => (mayWait(task) ? coalescer.enter(lineOf(task), task) : deps.runUnit(task));

  /** `tasks` are sorted, the newest last; so are the ends. */
  async function runGroup(
    tasks: readonly UnitTask[],
    { isFirst, failures }: { isFirst: boolean; failures: number },
  ): Promise<UnitEnd[]> {
    const rest = tasks.slice(0, -1);
    const newest = tasks.at(-1);
    if (newest === undefined) return [];
    if (failures === maxFailures) return allEnded(tasks.map(deps.runUnit));
    const task = { ...newest, ...(isFirst ? {} : await readAgain(newest)) };
    const end = await deps.runUnit({ ...task, earlier: handedOver(rest, task) });
    // Only now: had the newest one failed, or been somebody else's duplicate, their data would be
    // in nothing that is stored.
    const ends = coversEarlier.has(end)
      ? await supersede(rest)
      : await runGroup(rest, { isFirst: false, failures: failures + 1 });
    return [...ends, end];
  }

  /** What was loaded with the event is older than the call that it waited for. */
  async function readAgain({ event, unit }: UnitTask) {
    return knownOf(unit, await deps.load(event, unit.slot === null ? [] : [unit.slot]));
  }

  function supersede(tasks: readonly UnitTask[]): Promise<UnitEnd[]> {
    return allEnded(
      tasks.map(async (task) => {
        const { event, unit, unitNames } = task;
        const result = { kind: 'superseded' } as const;
        const answer = await deps.commit({ event, unit, unitNames, result });
        // What no store takes goes its own way to the dead letters.
        return 'outcome' in answer ? answer.outcome : deps.runUnit(task);
      }),
    );
  }

  function turnAway(task: UnitTask): Promise<UnitEnd> {
    const error = 'Too many events of its user wait for a call.';
    return deps.park(task, { delayMs: deps.saturationPatienceMs, reason: 'saturated', error });
  }
}

/**
 * What failed or crashed before runs for itself, so that it is known who did it. A request has an
 * old stamp and would be superseded, or supersede, for no good reason.
 */
function mayWait({ event, unit, attempts, alone }: UnitTask): boolean {
  return (unit.coalesce || unit.exact) && attempts === 0 && !alone && !isRequested(event);
}

/** The lane is part of it: interactive work never waits behind bulk work. */
function lineOf({ event, unit }: UnitTask): string {
  return JSON.stringify([event.lane, event.user, unit.name]);
}

/**
 * Retried POSTs of one event wait beside each other; its data is handed over once, and not at all
 * when the user was erased after it.
 */
function handedOver(rest: readonly UnitTask[], newest: UnitTask): AcceptedEvent[] {
  const seen = new Set([newest.event.ticket]);
  return rest
    .map(({ event }) => event)
    .filter((event) => {
      const isNew = !seen.has(event.ticket) && !isErased(event, newest.erasedStamp);
      seen.add(event.ticket);
      return isNew;
    });
}
