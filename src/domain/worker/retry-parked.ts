// Units whose next attempt is due. Any worker may take them: what they need is in Postgres.

import { allEnded } from '../all-ended.ts';
import type { AcceptedEvent } from '../event.ts';
import type { ContentStore } from '../ports.ts';
import type { CommitUnit } from './commit-units.ts';
import type { DeliverContent } from './deliver-content.ts';
import type { ParkedUnit } from './finished-unit.ts';
import type { LoadState } from './prepare-event.ts';
import type { RunUnit } from './run-unit.ts';
import type { Unit } from './units.ts';

/**
 * One turn: takes due units, runs them, and removes those that settled. A parked unit stays until
 * its content is fanned out, because no broker would deliver it again. Answers whether there may be
 * more that are due.
 */
export function createRetryParked(deps: {
  store: ContentStore;
  unitsOf: (event: AcceptedEvent) => readonly Unit[];
  load: LoadState;
  runUnit: RunUnit;
  commit: CommitUnit;
  deliver: DeliverContent;
  max: number;
  leaseMs: number;
}): () => Promise<boolean> {
  return async () => {
    const due = await deps.store.claimParked({ max: deps.max, leaseMs: deps.leaseMs });
    await allEnded(due.map(retry));
    return due.length === deps.max;
  };

  async function retry(parked: ParkedUnit): Promise<void> {
    const isSettled = parked.isSettled ? await resend(parked) : await runAgain(parked);
    if (isSettled) await deps.store.unpark(parked);
  }

  async function runAgain({ event, name, attempts }: ParkedUnit): Promise<boolean> {
    const units = deps.unitsOf(event);
    const unitNames = units.map((unit) => unit.name);
    const unit = units.find((candidate) => candidate.name === name);
    if (unit === undefined) {
      const error = 'No generator or reaction of this name is on this type any more.';
      const result = { kind: 'dead', reason: 'rejected', error, attempts } as const;
      await deps.commit({ event, unit: { name, slot: null }, result, unitNames });
      return true;
    }
    const state = await deps.load(event, unit.slot === null ? [] : [unit.slot]);
    const previousJson = unit.slot === null ? null : (state.previous.get(unit.slot) ?? null);
    const task = { event, unit, unitNames, previousJson, attempts, alone: false };
    return (await deps.runUnit(task)) === 'settled';
  }

  async function resend({ event: { user, lane } }: ParkedUnit): Promise<boolean> {
    const documents = user === null ? [] : await deps.store.readDocuments([user]);
    const generic = user === null ? await deps.store.readGeneric() : [];
    await deps.deliver({ lane, documents, generic, resolved: [] });
    return true;
  }
}
