// Units that wait for their next attempt.

import type { AcceptedEvent, Lane } from '../domain/event.ts';
import type { ContentStore } from '../domain/ports.ts';
import { keptError } from '../domain/worker/erasure.ts';
import { type ParkedUnit, suspectDeliveries } from '../domain/worker/parked-unit.ts';
import { lockDocuments } from './postgres-document-lock.ts';
import { dueInMs } from './postgres-due.ts';
import { insertEvents } from './postgres-events.ts';
import { insertDeadLetters, isOver, keyColumns, userIdOf } from './postgres-ledger.ts';
import type { Postgres, Sql } from './postgres-pool.ts';

type ParkedRow = {
  user_id: string;
  source: string;
  id: string;
  name: string;
  attempts: number;
  alone: boolean;
  deliveries: number;
  ticket: string;
  type: string;
  lane: Lane;
  stamp: number;
  digest: string;
  accepted_at_ms: number;
  data: string;
  is_settled: boolean;
};

/** In the words of the indexes. */
const attemptsOf = { first: 'attempts = 0', again: 'attempts > 0', all: 'true' };

export function postgresParking(
  postgres: Postgres,
): Pick<ContentStore, 'park' | 'claimParked' | 'unpark'> {
  return {
    park: ({ event, name }, parking) =>
      postgres.transaction(async (sql) => {
        const { attempts, delayMs, alone = false, deliveries = 0, unitNames = [name] } = parking;
        const unit = { name, slot: null };
        const begun = { event, unit, result: { kind: 'nothing' }, unitNames } as const;
        // Under the lock of every commit, so that an erasure comes before all of this or after it.
        const [locked, reused] = await Promise.all([
          lockDocuments(sql, event.user === null ? [] : [event.user]),
          // The next attempt may happen in another process, which finds the event here.
          insertEvents(sql, [begun]),
        ]);
        const error = keptError(event, parking, locked.get(userIdOf(event))?.erased ?? 0);
        if (reused.has(event)) return insertDeadLetters(sql, [begun], ['dead'], reused);
        const parked = sql.query(
          'park',
          `insert into parked
             (user_id, source, id, name, attempts, due_at, error, alone, deliveries)
           values ($1, $2, $3, $4, $5, ${dueInMs('$6')}, $7, $8, $9)
           on conflict (user_id, source, id, name) do update set
             attempts = greatest(parked.attempts, excluded.attempts),
             due_at = excluded.due_at, error = excluded.error,
             alone = parked.alone or excluded.alone, deliveries = excluded.deliveries`,
          [...keyOf(event), name, attempts, delayMs, error, alone, deliveries],
        );
        await Promise.all([parked, restoreData(sql, event)]);
      }),

    async claimParked({ max, leaseMs, suspects = false, failedBefore, except = [] }) {
      const line = failedBefore === undefined ? 'all' : failedBefore ? 'again' : 'first';
      const rows = await postgres.query<ParkedRow>(
        `claim-parked-${line}`,
        `with due as (
           select user_id, source, id, name from parked
           where due_at <= statement_timestamp() and (deliveries >= $3) = $4 and name <> all ($5)
             and ${attemptsOf[line]}
           order by due_at limit $1 for update skip locked
         ), claimed as (
           update parked p set due_at = ${dueInMs('$2')},
             deliveries = p.deliveries + 1
           from due
           where (p.user_id, p.source, p.id, p.name) = (due.user_id, due.source, due.id, due.name)
           returning p.user_id, p.source, p.id, p.name, p.attempts, p.alone,
             p.deliveries - 1 as deliveries
         )
         select claimed.*, e.ticket, e.type, e.lane, e.stamp, e.digest, e.data,
           (extract(epoch from e.accepted_at) * 1000)::bigint as accepted_at_ms,
           o.name is not null as is_settled
         from claimed join event e using (user_id, source, id)
         left join outcome o using (user_id, source, id, name)`,
        [max, leaseMs, suspectDeliveries, suspects, except],
      );
      return rows.map(toParkedUnit);
    },

    async unpark({ event, name }) {
      // One without an outcome was put back from the dead letters meanwhile.
      await postgres.query(
        'unpark',
        `delete from parked where (user_id, source, id, name) = ($1, $2, $3, $4)
           and exists (select from outcome
             where (user_id, source, id, name) = ($1, $2, $3, $4))`,
        [...keyOf(event), name],
      );
    },
  };
}

/** An event that came late, or again, may have had its data emptied, and the next attempt needs it. */
async function restoreData(sql: Sql, event: AcceptedEvent): Promise<void> {
  await sql.query(
    'restore-data',
    `update event e set data = $4::json
     where (user_id, source, id) = ($1, $2, $3) and data is null and not ${isOver('e')}`,
    [...keyOf(event), JSON.stringify(event.data)],
  );
}

function keyOf(event: AcceptedEvent): string[] {
  return keyColumns([event]).flat();
}

function toParkedUnit(row: ParkedRow): ParkedUnit {
  const { source, id, type, lane, stamp, ticket, digest, name, attempts, alone } = row;
  return {
    event: {
      ...{ source, id, type, lane, stamp, ticket, digest },
      user: row.user_id === '' ? null : row.user_id,
      acceptedAtMs: row.accepted_at_ms,
      data: JSON.parse(row.data),
    },
    ...{ name, attempts, alone },
    deliveries: row.deliveries,
    isSettled: row.is_settled,
  };
}
