// A call of one unit, as a worker would make it.

import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { UnitCall } from '../../src/domain/worker/unit-call.ts';

export const sampleEvent: AcceptedEvent = {
  source: '/shop',
  id: 'e-17',
  type: 'thing.happened',
  user: 'alice',
  lane: 'interactive',
  stamp: 1,
  ticket: 'ticket-17',
  digest: '',
  acceptedAtMs: Date.UTC(2026, 10, 21),
  data: { books: ['Ulysses'] },
};

export function callOf(
  name: string,
  given: {
    event?: Partial<AcceptedEvent>;
    deadlineMs?: number;
    alone?: boolean;
    attempts?: number;
    previousJson?: string;
    earlier?: readonly AcceptedEvent[];
  } = {},
): UnitCall {
  const { event, deadlineMs = 10_000, alone = false, attempts = 0 } = given;
  const { previousJson = null, earlier = [] } = given;
  return {
    event: { ...sampleEvent, ...event },
    earlier,
    unit: { name, slot: 'main', deadlineMs, concurrency: 20, coalesce: false, exact: false },
    previousJson,
    ...{ alone, attempts },
  };
}
