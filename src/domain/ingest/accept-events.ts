// Step 1 of an event's way: what a producer sent is checked, stamped and made durable, or refused.

import type { EventType } from '../authors.ts';
import { type Config, isReservedType } from '../config.ts';
import { Failure } from '../errors.ts';
import { type AcceptedEvent, isUser, type Lane, lanes } from '../event.ts';
import type { Json } from '../json.ts';
import type { Observe } from '../observation.ts';
import type { Clock, DataValidator, EventPublisher } from '../ports.ts';
import { isReservedSource } from '../reserved-sources.ts';
import { within } from '../within.ts';
import type { GiveWay, Post } from './bulk-gives-way.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { clients, matchesAny, type Producer } from './producer.ts';
import { Refusal } from './refusal.ts';

/**
 * Returns one ticket per event, in their order, once all of them are durable.
 * Rejects with a `Refusal` when any of them is refused, and with `overloaded` when bulk events would
 * wait for too long or are wanted no more: then none was published. Rejects with `unavailable` when the clock is not known
 * yet, or when the broker did not confirm in time: then some may be queued all the same, and sending
 * them again is safe.
 */
export type AcceptEvents = (
  events: readonly IncomingEvent[],
  producer: Producer,
  isWanted?: () => boolean,
) => Promise<string[]>;

export type AcceptEventsDeps = {
  config: Config;
  validateData: DataValidator;
  publisher: EventPublisher;
  /** How long a request may take from here on. */
  publishTimeoutMs: number;
  giveWay: GiveWay;
  /** Before that nothing is stamped, see settle-clock.ts. */
  isClockSettled: () => boolean;
  nextStamp: () => number;
  nowMs: Clock;
  ticketOf: (source: string, id: string) => string;
  digestOf: (type: string, data: Json) => string;
  observe: Observe;
};

export function createEventAcceptance(deps: AcceptEventsDeps): AcceptEvents {
  const types = new Map(deps.config.events.map((event) => [event.type, event]));

  function checked(event: IncomingEvent, index: number, producer: Producer): Lane {
    checkScope(event, index, producer);
    const type = types.get(event.type);
    if (type === undefined) throw unknownType(event.type, index);
    if (event.subject !== null && !isUser(event.subject)) {
      throw new Refusal(
        'invalid_subject',
        'A user is 1-128 of A-Z a-z 0-9 . _ ~ @ : + -, no dot first, and not me.',
        {
          index,
        },
      );
    }
    const lane = laneOf(event, index, type);
    const [problem] = deps.validateData(event.type, event.data) ?? [];
    if (problem === undefined) return lane;
    const { pointer, message } = problem;
    throw new Refusal('invalid_data', message, { index, pointer });
  }

  function accepted(event: IncomingEvent, lane: Lane, acceptedAtMs: number): AcceptedEvent {
    const { source, id, type, subject: user, data } = event;
    return {
      source,
      id,
      type,
      user,
      lane,
      stamp: deps.nextStamp(),
      ticket: deps.ticketOf(source, id),
      digest: deps.digestOf(type, data),
      acceptedAtMs,
      data,
    };
  }

  async function publish(incoming: readonly IncomingEvent[], post: Post) {
    // Stamped afterwards: what waits is newer than what is accepted meanwhile.
    await deps.giveWay(post);
    const acceptedAtMs = deps.nowMs();
    const events = incoming.map((event, index) =>
      accepted(event, post.lanes[index] as Lane, acceptedAtMs),
    );
    await deps.publisher.publish(events);
    return events;
  }

  return async (incoming, producer, isWanted = () => true) => {
    // All are checked before the first gets a stamp: a batch is accepted as a whole or not at all.
    const lanes = incoming.map((event, index) => checked(event, index, producer));
    if (!deps.isClockSettled())
      throw new Failure('unavailable', 'What time it is is not known yet.');
    const publishing = publish(incoming, { producer: producer.id, lanes, isWanted });
    const events = await within(deps.publishTimeoutMs, 'Publishing', publishing);
    for (const { ticket, type, lane } of events) {
      deps.observe({ kind: 'event_accepted', ticket, type, lane });
    }
    return events.map((event) => event.ticket);
  };
}

function checkScope(event: IncomingEvent, index: number, producer: Producer): void {
  if (!producer.scopes.includes('publish')) {
    throw new Refusal('forbidden', 'This key may not publish events.', { index });
  }
  if (producer !== clients && isReservedSource(event.source)) {
    const why = "Only users' browsers and the platform itself report events of this source.";
    throw new Refusal('reserved_source', why, { index });
  }
  if (!matchesAny(producer.sources, event.source)) {
    throw new Refusal('forbidden', 'This key may not publish events of this source.', { index });
  }
  if (!matchesAny(producer.types, event.type)) {
    throw new Refusal('forbidden', 'This key may not publish events of this type.', { index });
  }
}

function unknownType(type: string, index: number): Refusal {
  return isReservedType(type)
    ? new Refusal('reserved_type', `Only the platform sends "${type}".`, { index })
    : new Refusal('unknown_type', `No event type "${type}" is configured.`, { index });
}

/** The type decides the lane. A producer may lower it, so that a backfill delays nobody. */
function laneOf(event: IncomingEvent, index: number, type: EventType): Lane {
  if (event.lane === null) return type.lane;
  const lane = lanes.find((name) => name === event.lane);
  if (lane === undefined) {
    throw new Refusal('invalid_lane', `A lane is one of: ${lanes.join(', ')}.`, { index });
  }
  if (type.lane === 'bulk' && lane === 'interactive') {
    throw new Refusal('invalid_lane', 'A lane can only be lowered.', { index });
  }
  return lane;
}
