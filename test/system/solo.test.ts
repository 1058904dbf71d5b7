// Solo mode as a newcomer has it: one process, a login in, content in both regions, again after a
// restart. The data directory is of mode 700, as a home directory may be.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { postLogins, readDocument } from './stack-driver.ts';

const solo = fileURLToPath(new URL('../../src/main/solo.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-solo-'));
let child: ChildProcess | undefined;

afterAll(async () => {
  child?.kill('SIGKILL');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Another test may take a port between its choice and its use: then it is tried with others. */
const maxStarts = 3;

/** Resolves with the ready line and what solo.json says. */
async function start() {
  for (let attempt = 1; ; attempt += 1) {
    const line = await tryToStart();
    const summary = () => JSON.parse(readFileSync(join(dataDir, 'solo.json'), 'utf8'));
    if (line !== null) return { line, summary: summary() };
    expect(attempt, 'starts that ended by themselves').toBeLessThan(maxStarts);
  }
}

/** `null`: it ended by itself. */
async function tryToStart(): Promise<string | null> {
  const [ingest, eu, us, operator] = await findFreePorts(4);
  const env = {
    ...process.env,
    BEFOREHAND_DATA_DIR: dataDir,
    BEFOREHAND_INGEST_PORT: String(ingest),
    BEFOREHAND_REPLICA_PORTS: `eu=${eu},us=${us}`,
    BEFOREHAND_OPERATOR_PORT: String(operator),
  };
  const started = spawn(process.execPath, ['--import', 'tsx', solo], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  let output = '';
  started.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const ready = () => /^ready .*(?=\n)/m.exec(output)?.[0];
  await expect.poll(() => ready() ?? started.exitCode, { timeout: 60_000 }).not.toBeNull();
  return ready() ?? null;
}

async function stop(signal: 'SIGINT' | 'SIGTERM') {
  child?.kill(signal);
  const [code] = await once(child as ChildProcess, 'exit');
  child = undefined;
  return code;
}

describe('solo mode', () => {
  let before: string;

  it('brings a login to both regions and to Postgres, and stops with 0', async () => {
    const { line, summary } = await start();
    const { regions } = summary;
    for (const url of [summary.ingest, regions.eu, regions.us, summary.operator]) {
      expect(line).toContain(url);
    }
    expect(line).toContain(`psql '${summary.inspector}'`);
    await postLogins(summary, [{ id: 'e-1', user: 'alice' }]);
    for (const region of [regions.eu, regions.us]) {
      const read = () => readDocument(region, summary, 'alice');
      await expect.poll(async () => (await read()).body).toContain('"id":"e-1"');
    }
    before = (await readDocument(regions.eu, summary, 'alice')).body;
    expect((await readDocument(regions.us, summary, 'alice')).body).toBe(before);

    const inspector = new pg.Client({ connectionString: summary.inspector });
    await inspector.connect();
    const { rows } = await inspector.query('select user_id, slot, id from content');
    expect(rows).toEqual([{ user_id: 'alice', slot: 'offers', id: 'e-1' }]);
    await expect(inspector.query('delete from content')).rejects.toMatchObject({ code: '25006' });
    await inspector.end();
    expect(await stop('SIGINT')).toBe(0);
  }, 120_000);

  it('still serves the content at the next start', async () => {
    const { summary } = await start();
    expect((await readDocument(summary.regions.us, summary, 'alice')).body).toBe(before);
    expect(await stop('SIGTERM')).toBe(0);
  }, 120_000);
});
