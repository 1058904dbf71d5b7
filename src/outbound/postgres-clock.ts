// Postgres's clock, which all others are held to.

import type { ReadClock } from '../domain/clock-broadcast.ts';
import type { Sql } from './postgres-pool.ts';

export function postgresClock(postgres: Sql): ReadClock {
  return async () => {
    const rows = await postgres.query<{ unix_ms: number }>(
      'read-clock',
      'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as unix_ms',
      [],
    );
    const [{ unix_ms }] = rows as [{ unix_ms: number }];
    return unix_ms;
  };
}
