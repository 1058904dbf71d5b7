// How much waits in Postgres, counted in a moment.

import type { Backlogs, Waiting } from '../domain/worker/backlog.ts';
import { epochMs } from './postgres-content.ts';
import type { Postgres } from './postgres-pool.ts';
import { postgresReceipts } from './postgres-receipts.ts';

type Row = {
  now_ms: number;
  parked: number;
  parked_due_ms: number | null;
  unsent: number;
  unsent_due_ms: number | null;
  follow_ups: number;
  follow_ups_due_ms: number | null;
  dead: number;
  dead_last_hour: number;
};

/** A command that is asked whether all is well must not wait for a table to be read whole. */
const countTimeoutMs = 2_000;

export function postgresBacklogs(postgres: Postgres): Backlogs {
  async function eventsSince(seconds: number): Promise<number | null> {
    const counting = postgres.transaction(async (sql) => {
      await sql.query('backlog-timeout', `set local statement_timeout = ${countTimeoutMs}`, []);
      return sql.query<{ count: number }>(
        'backlog-events',
        `select count(*) from event where accepted_at > statement_timestamp() - make_interval(secs => $1)`,
        [seconds],
      );
    });
    const [row] = await counting.catch(() => []);
    return row?.count ?? null;
  }

  return {
    async read() {
      const [eventsLastMinute, eventsLastHour] = [await eventsSince(60), await eventsSince(3_600)];
      const [row] = await postgres.query<Row>('count-backlogs', backlogQuery, []);
      const { now_ms: nowMs } = row as Row;
      const waiting = (count: number, dueMs: number | null): Waiting => ({
        count,
        overdueSinceMs: dueMs !== null && dueMs <= nowMs ? dueMs : null,
      });
      const counts = row as Row;
      return {
        ...{ nowMs, eventsLastMinute, eventsLastHour },
        parked: waiting(counts.parked, counts.parked_due_ms),
        unsent: waiting(counts.unsent, counts.unsent_due_ms),
        followUps: waiting(counts.follow_ups, counts.follow_ups_due_ms),
        deadLetters: counts.dead,
        deadLettersLastHour: counts.dead_last_hour,
      };
    },

    async replicas() {
      const rows = await postgres.query<{ instance: string; behind: number | null }>(
        'replicas-behind',
        'select instance, behind from inspect.replicas',
        [],
      );
      const behind = new Map(rows.map((row) => [row.instance, row.behind]));
      const known = await postgresReceipts(postgres).replicas();
      return known.map((one) => ({ ...one, behind: behind.get(one.instance) ?? null }));
    },
  };
}

const dueOf = (table: string) => `(select ${epochMs('min(due_at)')} from ${table})`;
const countOf = (table: string) => `(select count(*) from ${table})`;

const backlogQuery = `
  select ${epochMs('clock_timestamp()')} as now_ms,
    ${countOf('parked')} as parked, ${dueOf('parked')} as parked_due_ms,
    ${countOf('unsent')} as unsent, ${dueOf('unsent')} as unsent_due_ms,
    ${countOf('follow_up')} as follow_ups, ${dueOf('follow_up')} as follow_ups_due_ms,
    ${countOf('dead_letter')} as dead,
    (select count(*) from dead_letter where died_at > statement_timestamp() - interval '1 hour')
      as dead_last_hour`;
