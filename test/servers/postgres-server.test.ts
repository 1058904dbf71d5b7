// A private Postgres through what happens to processes and directories on real machines.

import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPostgresBinaries } from '../../src/servers/postgres-binaries.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { type PostgresServer, startPostgresServer } from '../../src/servers/postgres-server.ts';
import { isRunning, stopProcess } from '../../src/servers/running-process.ts';
import { isRoot } from '../../src/servers/system-user.ts';

const binaries = findPostgresBinaries({ preferEmbedded: true });
const servers: PostgresServer[] = [];
const notices: string[] = [];
let directory: string;
let dataDir: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-postgres-'));
  chmodSync(directory, 0o755);
  dataDir = join(directory, 'data');
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  notices.length = 0;
  removePostgresCluster(dataDir);
  await rm(directory, { recursive: true });
});

async function start(options: Partial<Parameters<typeof startPostgresServer>[0]> = {}) {
  const server = await startPostgresServer({
    dataDir,
    binaries,
    password: 'a:b@c/d',
    logFile: join(directory, 'postgres.log'),
    onNotice: (text) => notices.push(text),
    ...options,
  });
  servers.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed under an idle client is not this test's business.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

it('has its committed rows after it was killed and started again', async () => {
  const killed = await start();
  await query(killed.url, 'create table kept as select 42 as answer');
  await stopProcess(killed.process, { signal: 'SIGKILL', killAfterMs: 10_000 });

  const { url } = await start();
  expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('takes the place of a server that outlived its parent', async () => {
  const leftover = await start();
  await query(leftover.url, 'create table kept as select 42 as answer');

  const { url } = await start();
  expect(isRunning(leftover.process)).toBe(false);
  expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('is not kept from starting by a stranger who has the pid of a crashed server', async () => {
  await (await start()).stop();
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`);
  const { url } = await start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('starts over when initdb was interrupted', async () => {
  const unfinished = join(dataDir, 'postgres.new');
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'PG_VERSION'), '17\n');
  const { url } = await start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(existsSync(unfinished)).toBe(false);
});

it('lets nobody in without the password', async () => {
  const { url } = await start();
  const wrong = new URL(url);
  wrong.password = 'another';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
});

it('says which PostgreSQL made a cluster that it cannot open', async () => {
  await (await start()).stop();
  const newer = { ...binaries, version: '99.1' };
  await expect(start({ binaries: newer })).rejects.toThrow(
    /was made by PostgreSQL \d+ .* by 99\.1/,
  );
});

it('shows what the server wrote when it does not start', async () => {
  await expect(start({ flags: { shared_buffers: 'plenty' } })).rejects.toThrow(
    'invalid value for parameter "shared_buffers"',
  );
});

/** Root runs Postgres as somebody else, whom such directories keep out, and says what it does. */
const noticesOfRoot = isRoot() ? 1 : 0;

it('runs below a directory that is closed to everyone else', async () => {
  chmodSync(directory, 0o700);
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  const cluster = realpathSync(join(dataDir, 'postgres'));
  expect(notices.filter((text) => text.includes(cluster))).toHaveLength(noticesOfRoot);
  await first.stop();

  const second = await start();
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  removePostgresCluster(dataDir);
  expect(existsSync(cluster)).toBe(false);
});

it('has nothing of a data directory that was deleted while its server ran', async () => {
  chmodSync(directory, 0o700);
  const orphan = await start();
  await query(orphan.url, 'create table kept as select 42 as answer');
  await rm(dataDir, { recursive: true });

  const { url } = await start();
  expect(await query(url, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }]);
});

// Copies them twice, which takes a busy disk a while.
it('runs binaries that lie below a directory that is closed to everyone else', {
  timeout: 90_000,
}, async () => {
  const closed = join(directory, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  cpSync(join(binaries.directory, '..'), closed, { recursive: true, verbatimSymlinks: true });
  const version = `${binaries.version}-${randomUUID()}`;
  const copy = `/var/lib/beforehand/postgres-${version}`;
  try {
    const { url } = await start({
      binaries: { directory: join(closed, 'bin'), version, origin: 'embedded' },
    });
    expect(notices.filter((text) => text.includes(copy))).toHaveLength(noticesOfRoot);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await servers.pop()?.stop();
    await rm(copy, { recursive: true, force: true });
  }
});
