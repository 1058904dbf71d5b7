// Clocks that differ: whoever's clock is wrong by minutes wins by a second at most.
//
// Goal: of two events that are posted a second and a bit apart through any two ingests, the later
// one is what the user sees. Method: three real ingests, two of them under libfaketime with clocks
// ten minutes slow and fast, a real worker, and one user whose events go through them in turn.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newProducerKey } from '../../src/outbound/file-keys-format.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureFaketime } from '../../src/servers/system-packages.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';
import { postLogins } from './stack-driver.ts';

const wrongMs = 600_000;
const clocks = { right: null, slow: '-10m', fast: '+10m' };
type Name = keyof typeof clocks;

/** Every ingest comes after every other one. */
const turns: readonly Name[] = ['slow', 'fast', 'slow', 'right', 'fast', 'right', 'slow'];

const { keyText: producerKey, entry } = newProducerKey({
  ...{ id: 'test', sources: ['*'], types: ['*'], scopes: ['publish'] },
});

let folder: string;
let namespace: BrokerNamespace;
let database: TestDatabase;
const urls = { right: '', slow: '', fast: '' };
const processes: { child: ChildProcess; output: () => string }[] = [];

function start(program: string, env: { [name: string]: string }) {
  const child = spawn(process.execPath, ['--import', 'tsx', `src/main/${program}.ts`], {
    env: {
      ...{ PATH: process.env.PATH, BEFOREHAND_AMQP_URL: namespace.url },
      BEFOREHAND_AMQP_NAMESPACE: namespace.topology.exchanges.events.replace('.events', ''),
      ...env,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const output = () => text;
  processes.push({ child, output });
  return output;
}

/** What a process sees under another clock. Faked timers would make Node wait for ever. */
function under(clock: string | null): { [name: string]: string } {
  if (clock === null) return {};
  const library = ensureFaketime(console.log);
  return { LD_PRELOAD: library, FAKETIME: clock, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

async function readiness(name: Name) {
  const answer = await fetch(`${urls[name]}/health/ready`).catch(() => null);
  const body = (await answer?.json()) as { facts: { clockSkewMs: number } } | undefined;
  return { status: answer?.status, ...body?.facts };
}

/** Elsewhere libfaketime is loaded in another way, or not at all. */
const isLinux = process.platform === 'linux';
const why = 'libfaketime is loaded as it is on Linux.';

describe('clocks that differ (under libfaketime)', () => {
  const outputs: { [name: string]: () => string } = {};

  beforeAll(async () => {
    if (!isLinux) return;
    folder = mkdtempSync(join(tmpdir(), 'beforehand-clocks-'));
    const keysFile = join(folder, 'keys.json');
    writeFileSync(keysFile, JSON.stringify({ keys: [entry] }));
    namespace = await openBrokerNamespace();
    database = await openTestDatabase();
    const names = Object.keys(clocks) as Name[];
    const [workerPort, ...ports] = await findFreePorts(1 + names.length);
    for (const [index, name] of names.entries()) {
      urls[name] = `http://127.0.0.1:${ports[index]}`;
      outputs[name] = start('ingest', {
        ...under(clocks[name]),
        BEFOREHAND_KEYS_FILE: keysFile,
        BEFOREHAND_INGEST_PORT: String(ports[index]),
        // Nobody goes by a wrong clock because the worker takes long to start.
        BEFOREHAND_INGEST_CLOCK_PATIENCE_MS: '60000',
      });
    }
    start('worker', {
      BEFOREHAND_POSTGRES_URL: database.url,
      BEFOREHAND_WORKER_PORT: String(workerPort),
      // No region is there to fan out to.
      BEFOREHAND_FAN_OUT_PATIENCE_MS: '100',
    });
    for (const name of names) {
      await vi.waitFor(async () => expect(await readiness(name)).toMatchObject({ status: 200 }), {
        timeout: 60_000,
        interval: 100,
      });
    }
  }, 120_000);

  afterAll(async () => {
    if (!isLinux) return;
    for (const { child } of processes) {
      const ended = once(child, 'close');
      if (child.exitCode === null && child.kill()) await ended;
    }
    await database.drop();
    await namespace.drop();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it.for([
    ['right', 0],
    ['slow', -wrongMs],
    ['fast', wrongMs],
  ] as const)('are told by readiness: %s', async ([name, skewMs], { skip }) => {
    if (!isLinux) skip(why);
    const { clockSkewMs } = (await readiness(name)) as { clockSkewMs: number };
    // Some of it is the way of the last word on a busy machine.
    expect(Math.abs(clockSkewMs - skewMs)).toBeLessThan(10_000);
    const told = outputs[name]?.().match(/clock_skewed/g) ?? [];
    expect(told).toHaveLength(name === 'right' ? 0 : 1);
  });

  it('let the event that was posted last win, whoever took it', async ({ skip }) => {
    if (!isLinux) skip(why);
    const store = postgresContentStore(database.postgres);
    for (const [index, name] of turns.entries()) {
      const id = `${index}-by-${name}`;
      await postLogins({ ingest: urls[name], producerKey }, [{ id, user: 'alice' }]);
      await expect
        .poll(async () => (await store.readDocuments(['alice']))[0]?.slots[0]?.event.id)
        .toBe(id);
      await sleep(1_050);
    }
  }, 60_000);
});
