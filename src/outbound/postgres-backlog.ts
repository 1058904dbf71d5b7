// What waits in Postgres, by statements that stay cheap however much it is.

import { maxCounted, type ReadBacklog } from '../domain/backlog.ts';
import type { Postgres } from './postgres-pool.ts';

type WaitingRow = { place: string; count: number; overdue_ms: number };
type DeadRow = { reason: string; count: number; last_hour: number };

export function postgresBacklog(postgres: Pick<Postgres, 'query'>): ReadBacklog {
  return async () => {
    const rows = await postgres.query<WaitingRow>('backlog', waitingQuery, [maxCounted]);
    const dead = await postgres.query<DeadRow>('backlog-dead', deadQuery, [maxCounted]);
    const of = (place: string) => {
      const row = rows.find((found) => found.place === place);
      return { count: row?.count ?? 0, overdueMs: row?.overdue_ms ?? 0 };
    };
    return {
      ...{ parked: of('parked'), unsent: of('unsent'), followUps: of('follow_up') },
      dead: dead.map(({ reason, count, last_hour: lastHour }) => ({ reason, count, lastHour })),
    };
  };
}

/** The count stops at the limit, and the first that is due stands first in an index. */
const waitingIn = (table: string) => `
  select '${table}' as place,
    (select count(*) from (select 1 from ${table} limit $1) found)::bigint as count,
    coalesce((select greatest(0, extract(epoch from now() - due_at) * 1000)
              from ${table} order by due_at limit 1), 0)::bigint as overdue_ms`;

const waitingQuery = ['parked', 'unsent', 'follow_up'].map(waitingIn).join(' union all ');

/** The newest: what dies now is what there is to know. */
const deadQuery = `
  select reason, count(*)::bigint as count,
    count(*) filter (where died_at > statement_timestamp() - interval '1 hour') as last_hour
  from (select reason, died_at from dead_letter order by died_at desc limit $1) newest
  group by reason order by reason`;
