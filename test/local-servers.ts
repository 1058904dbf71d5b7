// The servers of a test run as private processes, from programs on this machine.

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPostgresBinaries } from '../src/servers/postgres-binaries.ts';
import { startPostgresServer } from '../src/servers/postgres-server.ts';
import { startRabbitmqServer } from '../src/servers/rabbitmq-server.ts';
import { ensureRabbitmq } from '../src/servers/system-packages.ts';
import { type Reaper, startReaper } from './reaper.ts';
import type { ServerName, StartedServers, TestServer } from './servers.ts';

type Place = { directory: string; reaper: Reaper; say: (text: string) => void };

/** Nothing of them outlives this process, whatever ends it. */
export async function startLocalServers(
  wanted: readonly ServerName[],
  say: (text: string) => void,
): Promise<StartedServers> {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-test-'));
  // Started by root, Postgres runs as somebody else, who must be able to enter.
  chmodSync(directory, 0o755);
  const reaper = startReaper(directory);
  try {
    const place = { directory, reaper, say };
    const started = await Promise.all(
      wanted.map(async (name) => [name, await starters[name](place)] as const),
    );
    return { servers: Object.fromEntries(started), stop: () => reaper.reap() };
  } catch (error) {
    await reaper.reap();
    throw error;
  }
}

const starters: { [Name in ServerName]: (place: Place) => Promise<TestServer> } = {
  async amqp({ directory, reaper, say }) {
    const programs = ensureRabbitmq(say);
    const { url } = await startRabbitmqServer({
      directory: join(directory, 'rabbitmq'),
      programs,
      logFile: join(directory, 'rabbitmq.log'),
      onSpawn: reaper.watch,
    });
    return { url, from: dirname(programs.server) };
  },
  async postgres({ directory, reaper, say }) {
    const binaries = findPostgresBinaries({ preferEmbedded: false });
    const { url } = await startPostgresServer({
      dataDir: directory,
      binaries,
      password: randomBytes(18).toString('base64url'),
      logFile: join(directory, 'postgres.log'),
      isThrowaway: true,
      onNotice: say,
      onSpawn: reaper.watch,
    });
    return { url, from: binaries.origin === 'system' ? binaries.directory : 'npm package' };
  },
};
