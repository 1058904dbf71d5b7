// Solo mode as a newcomer has it: one process, a login in, content in both regions, again after a
// restart. The data directory is of mode 700, as a home directory may be.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { signToken } from '../../src/main/sign-token.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { readPage, sumOf } from '../metrics/metrics-page.ts';
import { type SoloProcess, startSolo } from './solo-process.ts';
import { postLogins, readDocument } from './stack-driver.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-solo-'));
let solo: SoloProcess | undefined;

afterAll(async () => {
  solo?.child.kill('SIGKILL');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

/** What a page of that origin is answered when Alice's browser reports what nobody configured. */
async function reportUnknown(summary: SoloProcess['summary'], origin: string) {
  const authorization = `Bearer ${await signToken(summary, { user: 'alice', ttlS: 60 })}`;
  return fetch(`${summary.ingest}/v1/client-events`, {
    method: 'POST',
    headers: { origin, authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ events: [{ id: 'c-1', type: 'test.unknown' }] }),
  });
}

describe('solo mode', () => {
  let before: string;

  it('brings a login to both regions and to Postgres, and stops with 0', async () => {
    solo = await startSolo(dataDir);
    const { output, summary } = solo;
    const line = /^ready .*$/m.exec(output)?.[0];
    const { regions } = summary;
    for (const url of [summary.ingest, regions.eu, regions.us, summary.operator]) {
      expect(line).toContain(url);
    }
    expect(line).toContain(`psql '${summary.inspector}'`);
    expect(output).toContain(`\ndemo   ${regions.eu}/demo\n`);
    await postLogins(summary, [{ id: 'e-1', user: 'alice' }]);
    for (const region of [regions.eu, regions.us]) {
      const read = () => readDocument(region, summary, 'alice');
      await expect.poll(async () => (await read()).body).toContain('"id":"e-1"');
    }
    before = (await readDocument(regions.eu, summary, 'alice')).body;
    expect((await readDocument(regions.us, summary, 'alice')).body).toBe(before);

    const counted = async () => {
      const page = await readPage(summary.metrics.solo[0]);
      const positioned = ['eu', 'us'].map((region) =>
        sumOf(page, 'beforehand_positioning_seconds_count', { region }),
      );
      const names = ['beforehand_events_accepted_total', 'beforehand_postgres_up'];
      return [...names.map((name) => sumOf(page, name)), ...positioned];
    };
    await expect.poll(counted).toEqual([1, 1, 1, 1]);
    expect((await fetch(`${regions.eu}/metrics`)).status).toBe(404);

    const byName = regions.us.replace('127.0.0.1', 'localhost');
    const refusals = [regions.eu, byName, summary.operator].map(async (origin) => {
      const answer = await reportUnknown(summary, origin);
      return ((await answer.json()) as { code: string }).code;
    });
    // The pages of its regions may report, and no other one.
    expect(await Promise.all(refusals)).toEqual(['unknown_type', 'unknown_type', 'forbidden']);

    const inspector = new pg.Client({ connectionString: summary.inspector });
    await inspector.connect();
    const { rows } = await inspector.query('select user_id, slot, event_id from user_document');
    expect(rows).toEqual([{ user_id: 'alice', slot: 'offers', event_id: 'e-1' }]);
    const table = 'select from public.content';
    await expect(inspector.query(table)).rejects.toMatchObject({ code: '42501' });
    // Whoever runs here logs in with the rights of its group only.
    const { rows: users } = await inspector.query(
      `select distinct usename from pg_stat_activity where application_name = 'beforehand solo'
       order by usename`,
    );
    expect(users).toEqual([{ usename: 'operator' }, { usename: 'worker' }]);
    await inspector.end();
    expect(await solo.stop('SIGINT')).toBe(0);
  }, 120_000);

  it('still serves the content at the next start', async () => {
    solo = await startSolo(dataDir);
    const { summary } = solo;
    expect((await readDocument(summary.regions.us, summary, 'alice')).body).toBe(before);
    expect(await solo.stop('SIGTERM')).toBe(0);
  }, 120_000);
});
