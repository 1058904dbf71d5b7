// One parked unit that is due: run again, sent again, or given up.

import type { AcceptedEvent } from '../event.ts';
import type { Clock, ContentStore } from '../ports.ts';
import type { CommitUnit } from './commit-units.ts';
import { isErased } from './erasure.ts';
import { maxDeliveries, type ParkedUnit } from './parked-unit.ts';
import type { LoadState } from './prepare-event.ts';
import type { ResendEvent } from './resend-event.ts';
import { knownOf, type RunUnit } from './run-unit.ts';
import type { Unit } from './units.ts';

/**
 * While a new release rolls out, a worker of the old one meets units that it does not know. Only
 * what nobody has known for this long, counted from when the event was accepted, is dead.
 */
const unknownUnitPatienceMs = 3_600_000;
const unknownUnitDelayMs = 30_000;

export type RetryUnit = (parked: ParkedUnit) => Promise<void>;

/**
 * A parked unit stays until its content is fanned out, because no broker would deliver it again;
 * one whose worker dies is due again when its lease ends.
 */
export function createRetryUnit(deps: {
  store: ContentStore;
  unitsOf: (event: AcceptedEvent) => readonly Unit[];
  load: LoadState;
  runUnit: RunUnit;
  commit: CommitUnit;
  resend: ResendEvent;
  nowMs: Clock;
}): RetryUnit {
  return async (parked) => {
    if (parked.isSettled) await sendAgain(parked.event);
    else if (!(await runAgain(parked))) return;
    await deps.store.unpark(parked);
  };

  /** Its event was acked when it was parked: nobody else tells that the event is resolved. */
  async function sendAgain(event: AcceptedEvent): Promise<void> {
    const { settled } = await deps.load(event, []);
    const isOver = deps.unitsOf(event).every(({ name }) => settled.includes(name));
    const told = { ticket: event.ticket, outcome: 'duplicate' } as const;
    await deps.resend(event, isOver ? [told] : []);
  }

  /** Whether the unit is settled. */
  async function runAgain(parked: ParkedUnit): Promise<boolean> {
    const { event, name, attempts, deliveries } = parked;
    const units = deps.unitsOf(event);
    const unitNames = units.map((known) => known.name);
    const unit = units.find((candidate) => candidate.name === name);
    if (unit === undefined) return giveUpUnknown(parked);
    if (deliveries >= maxDeliveries) return giveUpLethal(parked, unit, unitNames);
    const state = await deps.load(event, unit.slot === null ? [] : [unit.slot]);
    const alone = parked.alone || deliveries > 0;
    const call = { event, earlier: [], unit, ...knownOf(unit, state), alone };
    return (await deps.runUnit({ ...call, unitNames, attempts, deliveries })) !== 'parked';
  }

  async function giveUpUnknown({ event, name, ...parked }: ParkedUnit): Promise<boolean> {
    const error = 'No generator or reaction of this name is on this type any more.';
    const { attempts } = parked;
    const { erasedStamp } = await deps.load(event, []);
    const isOld = deps.nowMs() - event.acceptedAtMs >= unknownUnitPatienceMs;
    // Without its data an event may have no units. What is erased gets no letter.
    if (!isOld && !isErased(event, erasedStamp)) {
      const parking = { ...parked, delayMs: unknownUnitDelayMs, error };
      await deps.store.park({ event, name }, parking);
      return false;
    }
    const result = { kind: 'dead', reason: 'rejected', error, attempts } as const;
    await deps.commit({ event, unit: { name, slot: null }, result, unitNames: [name] });
    return true;
  }

  async function giveUpLethal(
    { event, attempts, deliveries }: ParkedUnit,
    unit: Unit,
    unitNames: readonly string[],
  ): Promise<boolean> {
    const error = `${deliveries} workers had it and were never heard of again.`;
    const result = { kind: 'dead', reason: 'crashed', error, attempts } as const;
    await deps.commit({ event, unit, result, unitNames });
    return true;
  }
}
