// Entry: the writes of a worker's transactions, straight through pg, over several connections.

import pg from 'pg';
import { servePart } from './part.ts';
import { recordStatements } from './record-statements.ts';

export type UpsertsGiven = { postgresUrl: string; run: string; count: number };

/** As many as keep both cores at work. */
const connections = 4;

await servePart<UpsertsGiven>(async ({ postgresUrl, run, count }) => {
  const transactions = await recordStatements(postgresUrl, run, count);
  const clients = Array.from({ length: connections }, () => new pg.Client(postgresUrl));
  await Promise.all(clients.map((client) => client.connect()));
  let next = 0;
  const writeInTurn = async (client: pg.Client) => {
    while (next < transactions.length) {
      const statements = transactions[next++] ?? [];
      await client.query('begin');
      for (const statement of statements) await client.query(statement);
      await client.query('commit');
    }
  };
  return {
    run: async () => void (await Promise.all(clients.map(writeInTurn))),
    end: async () => void (await Promise.all(clients.map((client) => client.end()))),
  };
});
