// Suite `inspect`: what each view of schema `inspect` costs on large tables.

import pg from 'pg';
import { createLogins, loginUrl } from '../../src/outbound/postgres-logins.ts';
import { migratePostgres } from '../../src/outbound/postgres-migrate.ts';
import { findPostgresBinaries } from '../../src/servers/postgres-binaries.ts';
import { startPostgresServer } from '../../src/servers/postgres-server.ts';
import type { BenchOptions } from '../bench-arguments.ts';
import type { ResultLine } from '../measurement.ts';
import { openPlace } from '../place.ts';
import { seed } from './seed.ts';

const suite = 'inspect';
const password = 'bench';
const passwords = {
  ...{ migrator: password, worker: password, operator: password, inspector: password },
};

/** As a person would ask each. */
const questions = {
  'user_document of a user': `select * from user_document where user_id = 'user-00004711'`,
  'event_story of a user': `select * from event_story where user_id = 'user-00004711'`,
  'event_story of a ticket': `select * from event_story where ticket = md5('4711')`,
  generic_content: 'select * from generic_content',
  generators: 'select * from generators',
  throughput: 'select * from throughput',
  replicas: 'select * from replicas',
  'dead_letters, the newest 50': 'select * from dead_letters order by died_at desc limit 50',
  'dead_letters of a day': `select name, reason, count(*) from dead_letters where died_at > now() - interval '1 day' group by 1, 2`,
  parked: 'select * from parked',
  unsent: 'select * from unsent',
  follow_ups: 'select * from follow_ups',
};

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: readonly Plan[];
};

export async function runInspectSuite(
  options: BenchOptions & { say: (text: string) => void; signal: AbortSignal },
): Promise<ResultLine[]> {
  const place = openPlace(suite);
  options.signal.addEventListener('abort', () => void place.clear());
  try {
    const { url } = await startPostgresServer({
      dataDir: place.directory,
      binaries: findPostgresBinaries({ preferEmbedded: false }),
      password,
      logFile: `${place.directory}/postgres.log`,
      isThrowaway: true,
      flags: { shared_buffers: '512MB', max_wal_size: '8GB' },
      onSpawn: place.onSpawn,
    });
    await createLogins({ postgresUrl: url, passwords, inspectorTimeoutMs: 30_000 });
    await migratePostgres(loginUrl(url, 'migrator', passwords), 'migrations');
    await withClient(url, (client) => seed(client, options.documents, options.say));
    return await withClient(loginUrl(url, 'inspector', passwords), (client) =>
      ask(client, options),
    );
  } finally {
    await place.clear();
  }
}

async function ask(
  client: pg.Client,
  { runs, say }: Parameters<typeof runInspectSuite>[0],
): Promise<ResultLine[]> {
  const lines: ResultLine[] = [];
  for (const [row, query] of Object.entries(questions)) {
    const tookMs: number[] = [];
    let rowCount: number | null = 0;
    for (let run = 0; run < runs + 1; run += 1) {
      const startedAtMs = performance.now();
      ({ rowCount } = await client.query(query));
      tookMs.push(performance.now() - startedAtMs);
    }
    const { rows: plan } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers, costs off, timing off) ${query}`,
    );
    say(`\n${row}\n${plan.map((line) => line['QUERY PLAN']).join('\n')}`);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, buffers, format json) ${query}`,
    );
    const top = (rows[0] as (typeof rows)[0])['QUERY PLAN'][0].Plan;
    const whole = [...new Set(readWhole(top))].join(', ');
    const pages = top['Shared Hit Blocks'] + top['Shared Read Blocks'];
    // The first run has read what was on disk.
    const sorted = tookMs.slice(1).sort((a, b) => a - b);
    lines.push({
      ...{ suite, row, connections: null, requestsPerSecond: null, cpuMicrosPerRequest: null },
      p50Ms: sorted[Math.floor(sorted.length / 2)] ?? null,
      p99Ms: null,
      errors: 0,
      counted: `${rowCount} rows, ${pages} pages, first run ${tookMs[0]?.toFixed(0)} ms, ${whole === '' ? 'no table read whole' : `read whole: ${whole}`}`,
    });
  }
  return lines;
}

function readWhole(plan: Plan): string[] {
  const own = plan['Node Type'].includes('Seq Scan') ? [plan['Relation Name'] ?? ''] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(readWhole)];
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
