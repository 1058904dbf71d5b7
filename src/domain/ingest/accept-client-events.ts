// What a user's browser reports: events of types that clients may report, about that user alone.

import type { Config } from '../config.ts';
import type { Json } from '../json.ts';
import { clientSource } from '../reserved-sources.ts';
import type { AcceptEvents } from './accept-events.ts';
import { clients } from './producer.ts';
import { Refusal } from './refusal.ts';
import type { TakeOfUser } from './user-rate.ts';

export type ClientEvent = { id: string; type: string; data: Json };

/**
 * As `AcceptEvents` does. Rejects with `RateExceeded` when these are more than the user's share of
 * any lane that they are of.
 */
export type AcceptClientEvents = (
  events: readonly ClientEvent[],
  user: string,
  isWanted?: () => boolean,
) => Promise<string[]>;

export function createClientEventAcceptance(deps: {
  config: Config;
  acceptEvents: AcceptEvents;
  take: TakeOfUser;
}): AcceptClientEvents {
  const { config, acceptEvents, take } = deps;
  const interactive = new Set(
    config.events.filter(({ lane }) => lane === 'interactive').map(({ type }) => type),
  );
  /** What is of no type that is configured takes nothing from what a person wants. */
  const laneCounts = (events: readonly ClientEvent[]) => {
    const count = events.filter(({ type }) => interactive.has(type)).length;
    return { interactive: count, bulk: events.length - count };
  };
  const withheld = new Set(
    config.events.filter(({ fromClients }) => !fromClients).map(({ type }) => type),
  );
  return async (events, user, isWanted) => {
    // First, and whatever becomes of them: what is refused costs us as much.
    take(user, laneCounts(events));
    const index = events.findIndex(({ type }) => withheld.has(type));
    if (index >= 0) {
      throw new Refusal('forbidden', 'Clients may not report events of this type.', { index });
    }
    // A name of the event is the user's own as well: nobody can take another's id.
    const source = clientSource(user);
    const incoming = events.map((event) => ({ ...event, source, subject: user, lane: null }));
    return acceptEvents(incoming, clients, isWanted);
  };
}
