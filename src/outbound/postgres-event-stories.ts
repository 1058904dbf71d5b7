// Stories of events, read from Postgres: units in one statement so that they are of one moment, then
// receipts, which only rise.

import type { Outcome } from '../domain/document.ts';
import type { ReceiptStore } from '../domain/receipt.ts';
import type { EventStories } from '../domain/worker/event-story.ts';
import { regionStories, type StoredUnit } from '../domain/worker/region-stories.ts';
import { epochMs } from './postgres-content.ts';
import { unitsOfEvent } from './postgres-event-units.ts';
import type { Postgres } from './postgres-pool.ts';

type StoryRow = {
  user_id: string;
  source: string;
  id: string;
  type: string;
  accepted_at_ms: number;
  /** Of the event; `null`: not known. */
  units: number | null;
  name: string | null;
  outcome: Outcome | null;
  settled_at_ms: number | null;
  version: number | null;
  attempts: number | null;
  error: string | null;
};

export function postgresEventStories(
  postgres: Postgres,
  receipts: Pick<ReceiptStore, 'receiptsOf'>,
): EventStories {
  return {
    async read(ticket) {
      const rows = await postgres.query<StoryRow>('read-story', storyQuery, [ticket]);
      const [event] = rows;
      if (event === undefined) return null;
      const stored = rows.flatMap(toStoredUnit);
      const { source, id, type, user_id, accepted_at_ms: acceptedAtMs } = event;
      const user = user_id || null;
      const begun = { units: stored, isAllBegun: stored.length >= (event.units ?? 0) };
      const regions = regionStories(user, begun, await receipts.receiptsOf(user_id));
      const units = stored.map(({ version: _, ...unit }) => unit);
      return { ticket, source, id, type, user, acceptedAtMs, units, regions };
    },
  };
}

function toStoredUnit(row: StoryRow): StoredUnit[] {
  const { name, outcome, settled_at_ms: settledAtMs, version, attempts, error } = row;
  if (name === null) return [];
  return [{ name, state: outcome ?? 'waiting', settledAtMs, version, attempts, error }];
}

const storyQuery = `
  select e.user_id, e.source, e.id, e.type,
    ${epochMs('e.accepted_at')} as accepted_at_ms, e.units,
    u.name, u.outcome, u.settled_at_ms, u.version, u.attempts, u.error
  from event e ${unitsOfEvent}
  where e.ticket = $1
  order by e.user_id, u.name`;
