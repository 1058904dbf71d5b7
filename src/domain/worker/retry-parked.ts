// Units whose next attempt is due. Any worker may take them: what they need is in Postgres.

import { describeError } from '../errors.ts';
import type { AcceptedEvent } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, ContentStore, Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import type { CommitUnit } from './commit-units.ts';
import type { ParkedUnit } from './finished-unit.ts';
import type { LoadState } from './prepare-event.ts';
import type { ResendEvent } from './resend-event.ts';
import type { RunUnit } from './run-unit.ts';
import type { Unit } from './units.ts';

/**
 * While a new release rolls out, a worker of the old one meets units that it does not know. Only
 * what nobody has known for this long, counted from when the event was accepted, is dead.
 */
const unknownUnitPatienceMs = 3_600_000;
const unknownUnitDelayMs = 30_000;

/**
 * Takes due units, at most `max` at a time, and runs them side by side: a slow one holds up no
 * other. A parked unit stays until its content is fanned out, because no broker would deliver it
 * again; one whose worker dies is due again when its lease ends.
 */
export function retryParked(deps: {
  store: ContentStore;
  unitsOf: (event: AcceptedEvent) => readonly Unit[];
  load: LoadState;
  runUnit: RunUnit;
  commit: CommitUnit;
  resend: ResendEvent;
  observe: Observe;
  nowMs: Clock;
  everyMs: number;
  max: number;
  leaseMs: number;
}): Running {
  const running = new Set<Promise<void>>();
  const claiming = repeat('retry_parked', deps.everyMs, claim, deps.observe);
  return {
    async stop() {
      await claiming.stop();
      await Promise.all(running);
    },
  };

  async function claim(): Promise<void> {
    const max = deps.max - running.size;
    if (max === 0) return;
    for (const parked of await deps.store.claimParked({ max, leaseMs: deps.leaseMs })) {
      const retried = retry(parked)
        .catch((error) => {
          const text = describeError(error);
          deps.observe({ kind: 'task_failed', task: 'retry_parked', error: text });
        })
        .finally(() => running.delete(retried));
      running.add(retried);
    }
  }

  async function retry(parked: ParkedUnit): Promise<void> {
    if (parked.isSettled) await deps.resend(parked.event);
    else if (!(await runAgain(parked))) return;
    await deps.store.unpark(parked);
  }

  /** Whether the unit is settled. */
  async function runAgain(parked: ParkedUnit): Promise<boolean> {
    const { event, name, attempts } = parked;
    const units = deps.unitsOf(event);
    const unit = units.find((candidate) => candidate.name === name);
    if (unit === undefined) return giveUpUnknown(parked);
    const state = await deps.load(event, unit.slot === null ? [] : [unit.slot]);
    const previousJson = unit.slot === null ? null : (state.previous.get(unit.slot) ?? null);
    const unitNames = units.map((known) => known.name);
    const run = { event, unit, unitNames, previousJson, attempts, alone: false };
    return (await deps.runUnit(run)) === 'settled';
  }

  async function giveUpUnknown({ event, name, attempts }: ParkedUnit): Promise<boolean> {
    const error = 'No generator or reaction of this name is on this type any more.';
    if (deps.nowMs() - event.acceptedAtMs < unknownUnitPatienceMs) {
      await deps.store.park({ event, name }, { attempts, delayMs: unknownUnitDelayMs, error });
      return false;
    }
    const result = { kind: 'dead', reason: 'rejected', error, attempts } as const;
    await deps.commit({ event, unit: { name, slot: null }, result, unitNames: [name] });
    return true;
  }
}
