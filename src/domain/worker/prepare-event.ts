// Steps 3 to 5 for one event: run its units, store what they make, fan out. The event may be acked
// when this resolves: every unit of it then has an outcome or is parked in Postgres.

import { allEnded } from '../all-ended.ts';
import type { AcceptedEvent } from '../event.ts';
import type { EventHandler } from '../ports.ts';
import type { CommitUnit } from './commit-units.ts';
import type { DeliverContent } from './deliver-content.ts';
import type { EventState } from './finished-unit.ts';
import type { ParkUnit } from './park-unit.ts';
import { suspectDeliveries } from './parked-unit.ts';
import type { ResendEvent } from './resend-event.ts';
import { knownOf, type RunUnit, type UnitTask } from './run-unit.ts';
import type { Unit } from './units.ts';

export type LoadState = (event: AcceptedEvent, slots: readonly string[]) => Promise<EventState>;

export function createPrepareEvent(deps: {
  unitsOf: (event: AcceptedEvent) => readonly Unit[];
  load: LoadState;
  runUnit: RunUnit;
  park: ParkUnit;
  commit: CommitUnit;
  deliver: DeliverContent;
  resend: ResendEvent;
}): EventHandler {
  return async (event, { deliveryCount }) => {
    const units = deps.unitsOf(event);
    const unitNames = units.map((unit) => unit.name);
    const state = await deps.load(event, slotsOf(units));
    if (state.isIdReuse) return buryIdReuse(event);
    if (units.length === 0) return ignore(event);

    const open = units.filter(
      ({ name }) => !state.settled.includes(name) && !state.parked.includes(name),
    );
    const isRedelivered = deliveryCount > 0;
    const work: Promise<unknown>[] = open.map((unit) =>
      begin({
        ...{ event, earlier: [], unit, unitNames, attempts: 0, deliveries: deliveryCount },
        ...knownOf(unit, state),
        alone: isRedelivered,
      }),
    );
    if (isRedelivered && state.settled.length > 0) work.push(deps.resend(event));
    if (state.settled.length === units.length) work.push(tellDuplicate(event));
    await allEnded(work);
  };

  /**
   * The broker raises the count of all that a worker has when it ends, of what only waits there as
   * well. So a suspect does not wait there: it is put aside, where suspects are tried one by one.
   */
  function begin(task: UnitTask): Promise<unknown> {
    const { deliveries } = task;
    if (deliveries < suspectDeliveries) return deps.runUnit(task);
    const error = `It was delivered ${deliveries} times before.`;
    return deps.park(task, { delayMs: 0, reason: 'suspect', error });
  }

  async function ignore(event: AcceptedEvent): Promise<void> {
    await deps.commit({ event, unit: null, result: { kind: 'nothing' }, unitNames: [] });
  }

  async function buryIdReuse(event: AcceptedEvent): Promise<void> {
    const error = 'The source and id belong to an event with other data.';
    const result = { kind: 'dead', reason: 'id_reuse', error, attempts: 0 } as const;
    await deps.commit({ event, unit: null, result, unitNames: [] });
  }

  async function tellDuplicate({ ticket, lane }: AcceptedEvent): Promise<void> {
    const resolved = [{ ticket, outcome: 'duplicate' as const }];
    await deps.deliver({ lane, documents: [], generic: [], resolved });
  }
}

function slotsOf(units: readonly Unit[]): string[] {
  return [...new Set(units.map((unit) => unit.slot).filter((slot) => slot !== null))];
}
