// What Postgres knows of how much comes in, and how far replicas are with it.

import type { Progress } from '../domain/worker/progress.ts';
import type { Postgres } from './postgres-pool.ts';
import { postgresReceipts } from './postgres-receipts.ts';

/** A command that is asked whether all is well must not wait for a table to be read whole. */
const countTimeoutMs = 2_000;

export function postgresProgress(postgres: Postgres): Progress {
  async function eventsSince(seconds: number): Promise<number | null> {
    const counting = postgres.transaction(async (sql) => {
      await sql.query('count-timeout', `set local statement_timeout = ${countTimeoutMs}`, []);
      return sql.query<{ count: number }>(
        'count-events',
        `select count(*) from event where accepted_at > statement_timestamp() - make_interval(secs => $1)`,
        [seconds],
      );
    });
    const [row] = await counting.catch(() => []);
    return row?.count ?? null;
  }

  return {
    async events() {
      const eventsLastMinute = await eventsSince(60);
      return { eventsLastMinute, eventsLastHour: await eventsSince(3_600) };
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
