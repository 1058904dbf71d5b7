// Histories of users and events, each read in one statement so that it is of one moment.

import type { Outcome } from '../domain/document.ts';
import type { Lane } from '../domain/event.ts';
import type {
  DocumentHistory,
  EventHistory,
  Histories,
  SlotHistory,
  UnitHistory,
} from '../domain/worker/history.ts';
import { epochMs, type SlotRow, slotColumns, toSlotContent } from './postgres-content.ts';
import { unitsOfEvent } from './postgres-event-units.ts';
import type { Postgres } from './postgres-pool.ts';

type DocumentRow = {
  version: number;
  stored_at_ms: number;
  erased: number;
  now_ms: number;
} & ({ slot: null } | MadeRow);

type MadeRow = SlotRow & {
  ticket: string | null;
  accepted_at_ms: number;
  settled_at_ms: number | null;
  made_by: string[] | null;
};

type EventRow = {
  user_id: string;
  source: string;
  id: string;
  type: string;
  ticket: string;
  lane: Lane;
  stamp: number;
  accepted_at_ms: number;
  digest: string;
  data: string | null;
  name: string | null;
  outcome: Outcome | null;
  settled_at_ms: number | null;
  due_at_ms: number | null;
  attempts: number | null;
  error: string | null;
  letter_key: string | null;
  reason: string | null;
};

export function postgresHistories(postgres: Postgres): Histories {
  return {
    async document(user) {
      const [rows, generic] = await Promise.all([
        postgres.query<DocumentRow>('history-document', documentQuery, [user]),
        postgres.query<SlotRow>('history-generic', genericQuery, []),
      ]);
      const [row] = rows;
      return row === undefined ? null : toDocument(user, row, rows, generic);
    },

    async timeline(user, max) {
      const rows = await postgres.query<EventRow>('history-timeline', timelineQuery, [user, max]);
      return toEvents(rows);
    },

    async events(tickets) {
      const rows = await postgres.query<EventRow>('history-events', eventsQuery, [tickets]);
      return toEvents(rows);
    },
  };
}

function toDocument(
  user: string,
  row: DocumentRow,
  rows: readonly DocumentRow[],
  generic: readonly SlotRow[],
): DocumentHistory {
  const { version, stored_at_ms: storedAtMs, erased: erasedStamp, now_ms: nowMs } = row;
  const slots = rows.flatMap((slot) => (slot.slot === null ? [] : [toSlot(slot)]));
  return {
    ...{ user, version, storedAtMs, erasedStamp, nowMs, slots },
    generic: generic.map(toSlotContent),
  };
}

function toSlot(row: MadeRow): SlotHistory {
  const { ticket, accepted_at_ms: acceptedAtMs, settled_at_ms: settledAtMs, made_by: by } = row;
  const content = toSlotContent(row);
  if (ticket === null) return { ...content, made: null };
  const made = { ticket, acceptedAtMs, settledAtMs, by: makersOf(content.slot, by ?? []) };
  return { ...content, made };
}

/** One event fills many slots, and what filled a slot is called like it unless it has a name of its own. */
function makersOf(slot: string, stored: readonly string[]): string[] {
  return stored.includes(slot) ? [slot] : [...stored];
}

/** Rows of an event follow one another. */
function toEvents(rows: readonly EventRow[]): EventHistory[] {
  const events: (EventHistory & { units: UnitHistory[] })[] = [];
  for (const row of rows) {
    const { user_id, source, id, type, ticket, lane, stamp, digest } = row;
    const user = user_id === '' ? null : user_id;
    const last = events.at(-1);
    const isSame = last?.user === user && last.source === source && last.id === id;
    const event = isSame
      ? last
      : {
          ...{ source, id, type, user, ticket, lane, stamp, digest, units: [] },
          ...{ acceptedAtMs: row.accepted_at_ms, dataJson: row.data },
        };
    if (!isSame) events.push(event);
    if (row.name !== null) event.units.push(toUnit(row, row.name));
  }
  return events;
}

function toUnit(row: EventRow, name: string): UnitHistory {
  const { outcome, settled_at_ms: settledAtMs, due_at_ms: dueAtMs, attempts, error } = row;
  const { letter_key: key, reason } = row;
  return {
    ...{ name, state: outcome ?? 'waiting', settledAtMs, dueAtMs, attempts, error },
    letter: key === null || reason === null ? null : { key, reason },
  };
}

const documentQuery = `
  select d.version, ${epochMs('d.stored_at')} as stored_at_ms, d.erased,
    ${epochMs('clock_timestamp()')} as now_ms, c.*, m.*
  from document d
  left join lateral (select ${slotColumns} from content where user_id = d.user_id) c on true
  left join lateral (
    select e.ticket, ${epochMs('e.accepted_at')} as accepted_at_ms,
      ${epochMs('max(o.settled_at)')} as settled_at_ms,
      array_agg(o.name order by o.name) filter (where o.name is not null) as made_by
    from event e left join outcome o
      on (o.user_id, o.source, o.id, o.outcome) = (e.user_id, e.source, e.id, 'stored')
    where (e.user_id, e.source, e.id) = (d.user_id, c.source, c.id)
    group by e.user_id, e.source, e.id
  ) m on true
  where d.user_id = $1 and d.user_id <> ''
  order by c.slot`;

const genericQuery = `select ${slotColumns} from generic order by slot`;

const eventColumns = `e.user_id, e.source, e.id, e.type, e.ticket, e.lane, e.stamp, e.digest, e.data,
  ${epochMs('e.accepted_at')} as accepted_at_ms`;

const inOrder = 'e.stamp, e.source, e.id, e.user_id, u.settled_at_ms nulls last, u.name';

const timelineQuery = `
  select ${eventColumns}, u.* from (
    select * from event where user_id = $1 order by stamp desc, source desc, id desc limit $2
  ) e ${unitsOfEvent} order by ${inOrder}`;

const eventsQuery = `
  select ${eventColumns}, u.* from event e ${unitsOfEvent}
  where e.ticket = any($1) order by ${inOrder}`;
