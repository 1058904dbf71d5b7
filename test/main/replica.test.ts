// The replica as a process of its own, on a real broker: what it survives, and how it ends.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FanOut } from '../../src/domain/ports.ts';
import { amqpPageRequests } from '../../src/inbound/amqp-page-requests.ts';
import { amqpFanOut } from '../../src/outbound/amqp-fan-out.ts';
import { findFreePort } from '../../src/servers/free-ports.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { aBundle, aDocument } from '../fixtures/content.ts';
import { audience, es256, issuer, sign } from '../inbound/open-content.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { startEntry } from './start-entry.ts';

let namespace: BrokerNamespace;
let proxy: TcpProxy;
let folder: string;
let fanOut: FanOut;
let authorization: string;
let pagesAnswered = 0;
const children: ReturnType<typeof startEntry>[] = [];

/** The workers' end: Postgres holds Alice's first version, and nobody else. */
beforeAll(async () => {
  namespace = await openBrokerNamespace([{ region: 'eu', instance: 'eu-1' }]);
  const broker = namespace.open();
  const limits = { maxDocuments: 100, maxBytes: 512 * 1024 };
  fanOut = amqpFanOut({ broker, confirmDeadlineMs: 5_000, limits });
  await amqpPageRequests({ broker, prefetch: 1 }).consumePageRequests(
    async ({ instance, snapshotId }) => {
      pagesAnswered += 1;
      const documents = [aDocument('alice', { version: 1 })];
      await fanOut.sendPage(instance, { snapshotId, documents, generic: [], next: null });
    },
  );
  proxy = await startTcpProxy(namespace.url);
  folder = await mkdtemp(join(tmpdir(), 'replica-'));
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [es256.jwk] }));
  authorization = `Bearer ${await sign({ exp: Math.floor(Date.now() / 1000) + 3600 })}`;
});
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  proxy.mend();
});
afterAll(async () => {
  await proxy.close();
  await namespace.drop();
  await rm(folder, { recursive: true });
});

const environment = () => ({
  BEFOREHAND_AMQP_URL: proxy.url,
  BEFOREHAND_AMQP_NAMESPACE: namespace.topology.exchanges.events.replace('.events', ''),
  BEFOREHAND_AMQP_MAX_RETRY_PAUSE_MS: '100',
  BEFOREHAND_REGION: 'eu',
  BEFOREHAND_INSTANCE: 'eu-1',
  BEFOREHAND_REPLICA_DATA_DIR: join(folder, 'eu-1'),
  BEFOREHAND_JWKS_FILE: join(folder, 'jwks.json'),
  BEFOREHAND_TOKEN_ISSUER: issuer,
  BEFOREHAND_TOKEN_AUDIENCE: audience,
});

async function startReplica() {
  const port = await findFreePort();
  const started = startEntry('replica', {
    ...environment(),
    BEFOREHAND_REPLICA_PORT: String(port),
  });
  children.push(started);
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
  const status = async (path: string) => (await ask(path).catch(() => null))?.status;
  const version = async () => {
    const answer = await ask('/v1/content/me').catch(() => null);
    return ((await answer?.json()) as { version?: number } | undefined)?.version;
  };
  const poll = { timeout: 15_000 };
  return {
    ...started,
    serves: (expected: number) => expect.poll(version, poll).toBe(expected),
    isReady: () => expect.poll(() => status('/health/ready'), poll).toBe(200),
  };
}

const send = (version: number) =>
  fanOut.send(aBundle([], { documents: [aDocument('alice', { version })] }));

describe('the replica', () => {
  it('catches up, follows, is killed, and has what was sent meanwhile when it is back', async () => {
    const first = await startReplica();
    await first.isReady();
    await first.serves(1);
    await send(2);
    await first.serves(2);
    first.child.kill('SIGKILL');
    await first.ended;
    await send(4);
    await send(3);

    const second = await startReplica();
    await second.isReady();
    await second.serves(4);
    expect(pagesAnswered, 'Its queues were kept: there was no gap to close.').toBe(1);
  });

  it('takes a snapshot by itself when its queues are gone, and never serves less than before', async () => {
    const answeredBefore = pagesAnswered;
    const replica = await startReplica();
    await replica.isReady();
    await replica.serves(4);
    proxy.cut();
    await namespace.deleteReplicaQueues();
    await replica.serves(4);
    proxy.mend();
    await expect.poll(() => pagesAnswered, { timeout: 15_000 }).toBe(answeredBefore + 1);
    await expect.poll(replica.output, { timeout: 15_000 }).toContain('snapshot_applied');
    await replica.serves(4);
  });

  it('serves without a broker from its start, and ends with 0 however often it is told', async () => {
    proxy.cut();
    const replica = await startReplica();
    await replica.serves(4);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) replica.child.kill(signal);
    expect(await replica.ended).toBe(0);
    expect(await readdir(join(folder, 'eu-1'))).not.toContain('lock');
  });

  it.each([
    ['an unknown region', { BEFOREHAND_REGION: 'mars' }, /No region of the configuration: mars/],
    ['no keys', { BEFOREHAND_JWKS_FILE: 'missing.json' }, /missing.json cannot be used/],
    ['nothing', { BEFOREHAND_INSTANCE: '' }, /BEFOREHAND_INSTANCE is missing/],
  ])('says in plain words when it is given %s, and ends with 1', async (_what, env, message) => {
    const { ended, output } = startEntry('replica', { ...environment(), ...env });
    expect(await ended).toBe(1);
    expect(output()).toMatch(message);
    expect(output()).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('refuses the directory of another one, which goes on', async () => {
    const replica = await startReplica();
    await replica.serves(4);
    const second = startEntry('replica', { ...environment(), BEFOREHAND_REPLICA_PORT: '18094' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`in use by process ${replica.child.pid}`);
    await replica.serves(4);
  });
});
