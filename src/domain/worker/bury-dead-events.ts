// Gives events that the queue gave up their place among the dead letters, so that whoever waits for
// one is told, people see the reason, and what can be read can be put back.

import { allEnded } from '../all-ended.ts';
import { describeError, Failure } from '../errors.ts';
import type { AcceptedEvent, NameEvent } from '../event.ts';
import type { Clock } from '../ports.ts';
import { platformSource } from '../reserved-sources.ts';
import type { CommitUnit } from './commit-units.ts';
import type { DeadEvent } from './dead-events.ts';
import type { UnitResult } from './finished-unit.ts';
import type { LoadState } from './prepare-event.ts';
import type { ResendEvent } from './resend-event.ts';
import type { Unit } from './units.ts';

/** What could not be read stands for an event of this source and type; its id is its SHA-256. */
const deadMessage = { source: platformSource('dead-messages'), type: 'beforehand.dead-message' };

export function createBuryDeadEvent(deps: {
  unitsOf: (event: AcceptedEvent) => readonly Unit[];
  load: LoadState;
  commit: CommitUnit;
  resend: ResendEvent;
  naming: NameEvent;
  nowMs: Clock;
}): (dead: DeadEvent) => Promise<void> {
  const { naming, nowMs } = deps;
  return async ({ event, error, body }) => {
    const refused = event === null ? error : await buryEvent(event, error).catch(refusalOf);
    if (refused !== null) await buryMessage(body, refused);
  };

  /** Each unit that is still open is dead; what another one stored or waits for stays. */
  async function buryEvent(event: AcceptedEvent, error: string): Promise<string | null> {
    const units = deps.unitsOf(event);
    const unitNames = units.map((unit) => unit.name);
    const { settled, parked, isIdReuse } = await deps.load(event, []);
    const result = dead('delivery_limit', error);
    if (isIdReuse || units.length === 0) return bury(event, null, result, []);
    const open = units.filter(({ name }) => !settled.includes(name) && !parked.includes(name));
    const refusals: (string | null)[] = [];
    const work: Promise<unknown>[] = open.map(async (unit) => {
      refusals.push(await bury(event, unit, result, unitNames));
    });
    // Whoever settled the others may have died before that was sent.
    if (settled.length > 0) work.push(deps.resend(event));
    await allEnded(work);
    return refusals.find((refusal) => refusal !== null) ?? null;
  }

  async function buryMessage({ sha256, bytes, base64 }: DeadEvent['body'], error: string) {
    const { source, type } = deadMessage;
    const event: AcceptedEvent = {
      ...{ source, type, id: sha256, digest: sha256, ticket: naming.ticketOf(source, sha256) },
      ...{ user: null, lane: 'bulk', stamp: 0, acceptedAtMs: nowMs(), data: { bytes, base64 } },
    };
    const refused = await bury(event, null, dead('malformed', error), []);
    if (refused !== null) throw new Failure('rejected', refused);
  }

  /** Returns why the store will never take it, or `null`. */
  async function bury(
    event: AcceptedEvent,
    unit: Unit | null,
    result: UnitResult,
    unitNames: readonly string[],
  ): Promise<string | null> {
    const answer = await deps.commit({ event, unit, result, unitNames });
    return 'refused' in answer ? answer.refused : null;
  }
}

/** What no store takes as an event is kept as the message that it came in. */
function refusalOf(error: unknown): string {
  if (error instanceof Failure && error.code === 'rejected') return describeError(error);
  throw error;
}

/** No attempt is charged: that no worker got it done tells nothing of the author's code. */
function dead(reason: 'delivery_limit' | 'malformed', error: string): UnitResult {
  return { kind: 'dead', reason, error, attempts: 0 };
}
