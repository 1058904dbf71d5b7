// What Postgres knows of how the whole is, at a bounded cost: nothing is counted to its end.

import type { ReceiptStore } from '../domain/receipt.ts';
import { maxCounted, type ReadWholeState } from '../domain/worker/whole-health.ts';
import { epochMs } from './postgres-content.ts';
import type { Postgres } from './postgres-pool.ts';

type StateRow = { now_ms: number; parked: number; dead: number; unsent: number };

export function postgresWholeState(
  postgres: Postgres,
  receipts: Pick<ReceiptStore, 'replicas'>,
): ReadWholeState {
  return async () => {
    const [replicas, rows] = await Promise.all([
      receipts.replicas(),
      postgres.query<StateRow>('read-whole-state', stateQuery, [maxCounted]),
    ]);
    const { now_ms: nowMs, parked, dead, unsent } = rows[0] as StateRow;
    return { nowMs, replicas, parked, dead, unsent };
  };
}

const countOf = (table: string) => `(select count(*) from (select from ${table} limit $1) t)`;

const stateQuery = `
  select ${epochMs('clock_timestamp()')} as now_ms, ${countOf('parked')} as parked,
    ${countOf('dead_letter')} as dead, ${countOf('unsent')} as unsent`;
