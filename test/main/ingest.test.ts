// The ingest as a process of its own: what it needs, what it does without a broker, how it ends.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GetMessage } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { amqpClockBroadcaster } from '../../src/outbound/amqp-clock.ts';
import { newProducerKey } from '../../src/outbound/file-keys-format.ts';
import { decodeEvent } from '../../src/wire/event-message.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { startIngestProcess } from './ingest-process.ts';
import { startEntry } from './start-entry.ts';

const { keyText, entry } = newProducerKey({
  ...{ id: 'test', sources: ['*'], types: ['*'], scopes: ['publish'] },
});

let namespace: BrokerNamespace;
let name: string;
let proxy: TcpProxy;
let folder: string;
let keysFile: string;
const children: ReturnType<typeof startEntry>[] = [];

beforeAll(async () => {
  namespace = await openBrokerNamespace();
  name = namespace.topology.exchanges.events.replace('.events', '');
  proxy = await startTcpProxy(namespace.url);
  folder = await mkdtemp(join(tmpdir(), 'ingest-'));
  keysFile = join(folder, 'keys.json');
});
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});
afterAll(async () => {
  await proxy.close();
  await namespace.drop();
  await rm(folder, { recursive: true });
});

async function startIngest(env: { [name: string]: string } = {}) {
  await writeFile(keysFile, JSON.stringify({ keys: [entry] }));
  const started = await startIngestProcess(keyText, {
    BEFOREHAND_AMQP_URL: proxy.url,
    BEFOREHAND_AMQP_NAMESPACE: name,
    BEFOREHAND_KEYS_FILE: keysFile,
    ...env,
  });
  children.push(started);
  return started;
}

describe('the ingest', () => {
  it('answers 202 for what is in the queue, and ends with 0 however often it is told', async () => {
    const { child, ended, output, post, isReady } = await startIngest();
    await isReady(200);
    expect(await post({})).toMatchObject({
      status: 202,
      json: { tickets: [ticketOf('/shop', 'e-1')] },
    });
    expect(await namespace.messagesIn(namespace.topology.queues.prepare.interactive)).toBe(1);
    child.kill('SIGTERM');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    for (const line of output().trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ process: 'ingest' });
    }
  });

  it('lets bulk events wait beside interactive ones, and says so', async () => {
    const { postBatch, isReady, output } = await startIngest({
      BEFOREHAND_INGEST_BULK_EVENTS_PER_S: '1',
    });
    await isReady(200);
    const minute = Array.from({ length: 60 }, () => 'bulk');
    expect(await postBatch(minute)).toMatchObject({ status: 202 });
    // Again and again, because it is over a second after the last interactive event.
    const postBeside = async () => {
      await postBatch(['interactive']);
      await postBatch(minute);
      return postBatch(['bulk']);
    };
    await expect.poll(postBeside).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    expect(await postBatch(['interactive'])).toMatchObject({ status: 202 });
    expect(output()).toContain('bulk_gives_way');
  });

  it('answers 503 while the broker is away, and 202 when it is back', async () => {
    const { post, isReady } = await startIngest();
    await isReady(200);
    proxy.cut();
    await isReady(503);
    const answer = await post({});
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(answer.headers['retry-after']).toBeDefined();
    proxy.mend();
    await isReady(200);
    expect((await post({})).status).toBe(202);
  });

  it('accepts nothing before it knows what time it is, and then by the clock of others', async () => {
    const patience = { BEFOREHAND_INGEST_CLOCK_PATIENCE_MS: '60000' };
    const { post, isReady, readiness } = await startIngest(patience);
    await isReady(503);
    await expect.poll(readiness).toMatchObject({ reasons: ['clock_unknown'] });
    const answer = await post({});
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(answer.headers['retry-after']).toBeDefined();

    const broker = namespace.open();
    await broker.whenConnected();
    const clock = amqpClockBroadcaster({ broker, confirmDeadlineMs: 10_000 });
    const aheadMs = 600_000;
    // Each second, as workers do: the first may come before this ingest listens.
    const readyOnceTold = async () => {
      await clock.broadcast(Date.now() + aheadMs);
      return ((await readiness()) as { status: string }).status;
    };
    await expect.poll(readyOnceTold).toBe('ready');
    const { facts } = (await readiness()) as { facts: { clockSkewMs: number } };
    expect(facts.clockSkewMs).toBeGreaterThan(-aheadMs - 10_000);
    expect(facts.clockSkewMs).toBeLessThanOrEqual(-aheadMs + 10_000);
    const { interactive } = namespace.topology.queues.prepare;
    await namespace.operator.purgeQueue(interactive);
    const postedMs = Date.now();
    expect((await post({})).status).toBe(202);
    const message = await namespace.operator.get(interactive, { noAck: true });
    const { stamp, acceptedAtMs } = decodeEvent((message as GetMessage).content);
    expect(acceptedAtMs).toBeGreaterThan(postedMs + aheadMs - 10_000);
    // The same clock, read a moment later.
    expect(stamp).toBeGreaterThanOrEqual(acceptedAtMs * 4096);
    expect(stamp).toBeLessThan((acceptedAtMs + 10_000) * 4096);
  });

  it('goes by its own clock when nobody tells the time', async () => {
    const patience = { BEFOREHAND_INGEST_CLOCK_PATIENCE_MS: '300' };
    const { post, isReady, readiness, output } = await startIngest(patience);
    await isReady(200);
    expect(await readiness()).toMatchObject({
      facts: { clockSkewMs: null, clockHeardAgoMs: null },
    });
    expect((await post({})).status).toBe(202);
    expect(output()).toContain('clock_unheard');
  });

  it('refuses a key that was taken out of the file', async () => {
    const { post, isReady } = await startIngest();
    await isReady(200);
    expect((await post({})).status).toBe(202);
    await writeFile(keysFile, '{"keys":[]}');
    await expect.poll(async () => (await post({})).status, { timeout: 5_000 }).toBe(401);
  });

  it('says in plain words what it lacks, and ends with 1', async () => {
    const { ended, output } = startEntry('ingest', { BEFOREHAND_INGEST_PORT: '3000abc' });
    expect(await ended).toBe(1);
    expect(output()).toContain('BEFOREHAND_AMQP_URL is missing');
    expect(output()).toContain('BEFOREHAND_INGEST_PORT must be');
    expect(output()).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('ends with 1 when its port is taken, though the broker is open already', async () => {
    const { url, isReady } = await startIngest();
    await isReady(200);
    const second = startEntry('ingest', {
      BEFOREHAND_AMQP_URL: proxy.url,
      BEFOREHAND_AMQP_NAMESPACE: name,
      BEFOREHAND_KEYS_FILE: keysFile,
      BEFOREHAND_INGEST_PORT: url.port,
    });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
  }, 60_000);
});
