import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryContentStore } from '../../src/outbound/memory-content-store.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { postgresReceipts } from '../../src/outbound/postgres-receipts.ts';
import { receiptStoreContract } from '../contract/receipt-store-contract.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

async function openEmpty() {
  const { postgres } = database;
  await postgres.query('empty', 'truncate event, outcome, document, content, receipt, replica', []);
  const store = postgresContentStore(postgres);
  const erase = (stamp: number) => store.erase('alice', stamp);
  return { store, receipts: postgresReceipts(postgres), erase };
}

receiptStoreContract('memory', async () => {
  const store = memoryContentStore();
  return { store, receipts: store, erase: async (stamp) => store.erase('alice', stamp) };
});
receiptStoreContract('Postgres', openEmpty);

describe('the store of receipts on Postgres', () => {
  it('has a plan without a scan of receipts or documents, however many there are', async () => {
    await openEmpty();
    const { postgres } = database;
    await postgres.query(
      'many',
      `with d as (insert into document select 'user-' || n, 8, 0, now()
         from generate_series(1, 20000) n returning user_id)
       insert into receipt select user_id, 'eu-1', 7, now() from d`,
      [],
    );
    await postgres.query('analyze', 'analyze document, receipt', []);
    const users = ['user-1', 'user-20000'];
    await postgres.transaction(async (sql) => {
      await postgresReceipts({ ...postgres, query: sql.query }).storeReport({
        ...{ region: 'eu', instance: 'eu-1', sentAtMs: 1, isCaughtUp: true },
        receipts: users.map((user) => ({ user, version: 8, positionedAtMs: 9 })),
      });
      const [row] = await sql.query<{ tuples: number }>(
        'reads-in',
        `select sum(seq_tup_read)::int as tuples from pg_stat_xact_user_tables
         where relname in ('receipt', 'document')`,
        [],
      );
      expect(row?.tuples).toBe(0);
    });
  });
});
