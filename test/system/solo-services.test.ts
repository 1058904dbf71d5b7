// Solo mode with services beside it: those that are there answer generators, the others are named.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portAnswers } from '../../src/servers/port-answers.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { identifyProcess } from '../../src/servers/running-process.ts';
import { runCli } from '../main/run-cli.ts';
import { type SoloProcess, startSolo } from './solo-process.ts';
import { postLogins, readDocument } from './stack-driver.ts';

const config = fileURLToPath(new URL('../fixtures/services/services-config.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-solo-'));
const elsewhere = 'http://127.0.0.1:9/elsewhere';
const secret = 'of a person';
let solo: SoloProcess;
let printed = '';

type Tiny = { pid: number; env: { readonly [name: string]: string }; cwd: string };

const tinyUrl = () => solo.summary.services.TINY_URL as string;
const askTiny = async () => (await (await fetch(tinyUrl())).json()) as Tiny;
const logOf = (name: string) => readFileSync(join(dataDir, name), 'utf8');

beforeAll(async () => {
  solo = await startSolo(dataDir, {
    ...{ BEFOREHAND_CONFIG: config, ELSEWHERE_URL: elsewhere, SECRET_OF_A_PERSON: secret },
  });
  solo.child.stdout?.on('data', (text) => {
    printed += text;
  });
}, 120_000);

afterAll(() => {
  solo.child.kill('SIGKILL');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

describe('solo mode with services', () => {
  it('says which configuration it runs, and whom it runs without', () => {
    const lines = solo.output.trimEnd().split('\n');
    expect(lines[2]).toMatch(/^It runs test\/fixtures\/services\/services-config\.ts; set BEFORE/);
    expect(lines.slice(-2)).toEqual([
      'without absent: no-such-program was not found; its slot stays generic',
      `without broken: it exited with code 1 before it was ready, see ${join(dataDir, 'services', 'broken.log')}; its slot stays generic`,
    ]);
    expect(lines.at(-3)).toBe(`home   ${solo.summary.home}`);
    expect(logOf('services/broken.log')).toContain('no-such-file.mjs');
  });

  it('tells where they are, and who they are', async () => {
    const { summary } = solo;
    expect(summary.config).toBe(config);
    expect(summary.services).toEqual({ TINY_URL: tinyUrl(), ELSEWHERE_URL: elsewhere });
    expect(summary.pids.service).toEqual([(await askTiny()).pid]);
  });

  it('gives them what they need, a key for their own events, and nothing else', async () => {
    const { env, cwd } = await askTiny();
    expect(cwd).toBe(join(config, '..'));
    expect(JSON.stringify(env)).not.toContain(secret);
    expect(Object.keys(env)).not.toContain('ELSEWHERE_URL');
    expect(env).toMatchObject({
      PORT: new URL(tinyUrl()).port,
      DATA_DIR: join(dataDir, 'services', 'tiny'),
      BEFOREHAND_INGEST_URL: solo.summary.ingest,
    });
    const key = env.BEFOREHAND_PRODUCER_KEY as string;
    expect(key).not.toBe(solo.summary.producerKey);
    const post = (source: string, type = 'user.login') =>
      fetch(`${solo.summary.ingest}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/cloudevents+json',
        },
        body: JSON.stringify({
          ...{
            specversion: '1.0',
            id: 'e-1',
            source,
            type,
            subject: 'bob',
            data: {},
          },
        }),
      });
    const posts = [post('/home/tiny'), post('/shop'), post('/home/tiny', 'contract.signed')];
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([202, 403, 403]);
  });

  it('lets generators call them, in threads and in the command line', async () => {
    await postLogins(solo.summary, [{ id: 'e-2', user: 'alice' }]);
    const read = async () =>
      (await readDocument(solo.summary.regions.eu, solo.summary, 'alice')).body;
    await expect.poll(read).toContain(`"url":"${tinyUrl()}","absent":null`);
    const event = join(dataDir, 'event.json');
    writeFileSync(event, JSON.stringify({ type: 'user.login', subject: 'carol', data: {} }));
    const tried = await runCli(['generator', 'try', 'tiny', '--event', event], {
      BEFOREHAND_DATA_DIR: dataDir,
    });
    expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining(tinyUrl()) });
  }, 60_000);

  it('tells once of one that ends, and goes on without it', async () => {
    const { pid } = await askTiny();
    await fetch(`${tinyUrl()}/end`).catch(() => {});
    await expect
      .poll(() => printed)
      .toContain('tiny was ended by SIGKILL and is not started again');
    const ended = () => logOf('solo.log').match(/"kind":"service_ended","service":"tiny"/g);
    await expect.poll(ended).toHaveLength(1);
    expect(identifyProcess(pid)).toBeNull();
    expect((await fetch(`${solo.summary.ingest}/health/ready`)).ok).toBe(true);
  });
});

describe('the services of solo mode', () => {
  const hasEnded = () => solo.child.exitCode !== null || solo.child.signalCode !== null;

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'end with it when it gets %s',
    async (signal) => {
      solo.child.kill('SIGTERM');
      await expect.poll(hasEnded, { timeout: 60_000 }).toBe(true);
      solo = await startSolo(dataDir, { BEFOREHAND_CONFIG: config });
      const port = Number(new URL(tinyUrl()).port);
      expect(await portAnswers(port)).toBe(true);
      solo.child.kill(signal);
      await expect.poll(() => portAnswers(port), { timeout: 30_000 }).toBe(false);
    },
    120_000,
  );
});
