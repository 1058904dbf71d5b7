// Puts a unit aside in Postgres, from where any worker brings it back.

import type { AcceptedEvent } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { ContentStore } from '../ports.ts';
import type { DeadReason } from './finished-unit.ts';
import type { UntilAvailable } from './until-available.ts';

type Task = {
  event: AcceptedEvent;
  unit: { name: string };
  unitNames: readonly string[];
  attempts: number;
  alone: boolean;
  deliveries: number;
  erasedStamp: number;
};

/** Of a failed attempt, or of one that was not made: it waits, and is charged with nothing. */
type ParkReason = DeadReason | 'suspect' | 'saturated' | 'circuit_open' | 'erased' | 'outdated';

export type ParkUnit = (
  task: Task,
  why: { delayMs: number; reason: ParkReason; error: string },
) => Promise<'parked'>;

export function createParkUnit(deps: {
  store: ContentStore;
  untilAvailable: UntilAvailable;
  observe: Observe;
}): ParkUnit {
  return async ({ event, unit, ...task }, { delayMs, reason, error }) => {
    const { attempts, alone, deliveries, erasedStamp, unitNames } = task;
    const known = { attempts, alone, deliveries, erasedStamp, unitNames };
    const parking = { ...known, delayMs, error: `${reason}: ${error}` };
    await deps.untilAvailable(() => deps.store.park({ event, name: unit.name }, parking));
    const { ticket, type } = event;
    deps.observe({ kind: 'unit_parked', ticket, type, name: unit.name, delayMs, reason });
    return 'parked';
  };
}
