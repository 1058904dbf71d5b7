// What Postgres knows of how the whole is, at a bounded cost: nothing is counted to its end.

import type { ReceiptStore } from '../domain/receipt.ts';
import { maxCounted, type ReadWholeState } from '../domain/worker/whole-health.ts';
import type { Postgres } from './postgres-pool.ts';

type StateRow = { parked: number; dead: number; unsent: number };

export function postgresWholeState(
  postgres: Postgres,
  receipts: Pick<ReceiptStore, 'replicas'>,
): ReadWholeState {
  return async () => {
    const [replicas, rows] = await Promise.all([
      receipts.replicas(),
      postgres.query<StateRow>('read-whole-state', stateQuery, [maxCounted]),
    ]);
    return { replicas, ...(rows[0] as StateRow) };
  };
}

const countOf = (table: string) => `(select count(*) from (select from ${table} limit $1) t)`;

const stateQuery = `
  select ${countOf('parked')} as parked, ${countOf('dead_letter')} as dead,
    ${countOf('unsent')} as unsent`;
