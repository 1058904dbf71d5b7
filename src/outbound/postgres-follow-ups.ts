// Events that units reported, until the broker has confirmed each of them.

import type { AcceptedEvent } from '../domain/event.ts';
import type { FollowUpStore } from '../domain/worker/follow-up-store.ts';
import { dueInMs } from './postgres-due.ts';
import { keyColumns } from './postgres-ledger.ts';
import type { Postgres, Sql } from './postgres-pool.ts';

/** Writing a row's text and sending it take about 10 µs: between two statements others have a turn. */
const rowsPerStatement = 500;

/** They are due in `leaseMs`: until then whoever stores them publishes them, too. */
export async function insertFollowUps(
  sql: Sql,
  events: readonly AcceptedEvent[],
  leaseMs: number,
): Promise<void> {
  for (let from = 0; from < events.length; from += rowsPerStatement) {
    const some = events.slice(from, from + rowsPerStatement);
    await sql.query(
      'insert-follow-ups',
      `insert into follow_up (user_id, source, id, event, due_at)
       select user_id, source, id, event::json, ${dueInMs('$5')}
       from unnest($1::text[], $2::text[], $3::text[], $4::text[])
         as f (user_id, source, id, event)
       order by user_id collate "C", source collate "C", id collate "C"
       on conflict do nothing`,
      [...keyColumns(some), some.map((event) => JSON.stringify(event)), leaseMs],
    );
  }
}

export function postgresFollowUps(postgres: Postgres): FollowUpStore {
  return {
    async claimFollowUps({ max, leaseMs }) {
      const rows = await postgres.query<{ event: string }>(
        'claim-follow-ups',
        `with due as (
           select user_id, source, id from follow_up where due_at <= statement_timestamp()
           order by due_at limit $1 for update skip locked
         )
         update follow_up f
         set due_at = ${dueInMs('$2')}
         from due where (f.user_id, f.source, f.id) = (due.user_id, due.source, due.id)
         returning f.event`,
        [max, leaseMs],
      );
      return rows.map(({ event }) => JSON.parse(event));
    },

    async removeFollowUps(events) {
      await postgres.query(
        'remove-follow-ups',
        `delete from follow_up f
         using unnest($1::text[], $2::text[], $3::text[]) as k (user_id, source, id)
         where (f.user_id, f.source, f.id) = (k.user_id, k.source, k.id)`,
        keyColumns(events),
      );
    },
  };
}
