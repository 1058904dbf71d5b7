// Entry: the writes of a worker's transactions, straight through pg, over several connections, the
// statements of a transaction all at once.

import pg from 'pg';
import { toParameter } from '../../src/outbound/postgres-text-array.ts';
import { servePart } from './part.ts';
import { recordStatements, type Statement } from './record-statements.ts';

export type UpsertsGiven = { postgresUrl: string; run: string; count: number };

/** As many as keep both cores at work. */
const connections = 4;

/** As the product asks for them. */
function openClient(connectionString: string): pg.Client {
  const options = '-c enable_seqscan=off -c jit=off';
  return new pg.Client({ connectionString, options, pipeline: true });
}

function asSent(statement: Statement): Statement {
  return { ...statement, values: statement.values.map(toParameter) };
}

await servePart<UpsertsGiven>(async ({ postgresUrl, run, count }) => {
  const recorded = await recordStatements(postgresUrl, run, count);
  const transactions = recorded.map((statements) => statements.map(asSent));
  const clients = Array.from({ length: connections }, () => openClient(postgresUrl));
  await Promise.all(clients.map((client) => client.connect()));
  let next = 0;
  const writeInTurn = async (client: pg.Client) => {
    while (next < transactions.length) {
      const statements = transactions[next++] ?? [];
      await Promise.all(['begin', ...statements, 'commit'].map((it) => client.query(it)));
    }
  };
  return {
    run: async () => void (await Promise.all(clients.map(writeInTurn))),
    end: async () => void (await Promise.all(clients.map((client) => client.end()))),
  };
});
