// Back ends that report events: to a platform that asks them to wait, and then takes what they have.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { config } from '../../../home.config.ts';
import { waitMs } from '../../../src/apps/home/products/report-events.mjs';
import { ajvDataValidator } from '../../../src/outbound/ajv-data-validator.ts';
import { listenHttp } from '../../http-listener.ts';
import { type Product, startProduct } from './start-product.ts';

type Posted = { key: string | undefined; status: number; atMs: number; events: Reported[] };
type Reported = { id: string; type: string; source: string; subject?: string; data: never };

const validate = ajvDataValidator(config.events);
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** An ingest that answers with these, and with 202 from then on. */
async function openIngest(...answers: number[]) {
  const posted: Posted[] = [];
  const { url, close } = await listenHttp(async (request, response) => {
    const events = (await json(request)) as Reported[];
    const status = answers[posted.length] ?? 202;
    posted.push({ key: request.headers.authorization, status, atMs: performance.now(), events });
    response.writeHead(status, status === 202 ? {} : { 'retry-after': '1' }).end('{}');
  });
  cleanups.push(close);
  return {
    posted,
    env: { BEFOREHAND_INGEST_URL: url, BEFOREHAND_PRODUCER_KEY: 'bhk_test' },
  };
}

async function start(name: string, env: { [name: string]: string }): Promise<Product> {
  const product = await startProduct(name, { env });
  cleanups.push(product.stop);
  return product;
}

/** The platform takes a second event for the first, and what is said by it for a mistake. */
function expectEachIdToSayOneThing(posted: readonly Posted[]): void {
  const events = posted.flatMap((post) => post.events);
  const first = new Map(events.toReversed().map((event) => [event.id, event.data]));
  for (const { id, data } of events) expect(data).toEqual(first.get(id));
}

describe('what is not taken', () => {
  const waits = (retryAfterS: number) =>
    Array.from({ length: 1_100 }, (_, attempt) => waitMs(attempt, retryAfterS));

  it('is repeated every two seconds for as long as the platform is away', () => {
    expect(Math.max(...waits(0), ...waits(Number.NaN))).toBeLessThanOrEqual(2_000);
    expect(Math.min(...waits(0).slice(3))).toBeGreaterThanOrEqual(1_000);
  });

  it('waits for as long as the platform asks, within reason', () => {
    expect(new Set(waits(60))).toEqual(new Set([60_000]));
    expect(new Set(waits(86_400))).toEqual(new Set([300_000]));
  });
});

describe('the deals team', () => {
  it('pushes for everyone and for the people it knows, what fits the page', async () => {
    const { posted, env } = await openIngest();
    const deals = await start('deals', { ...env, DEALS_EVERY_MS: '1000' });
    await expect.poll(() => posted.length).toBeGreaterThan(0);
    const [first] = posted as [Posted];
    expect(first.key).toBe('Bearer bhk_test');
    expect(first.events.map(({ subject }) => subject)).toEqual([undefined, 'ada', 'ben', 'mira']);
    for (const { type, source, data } of first.events) {
      expect([type, source]).toEqual(['product.pushed', '/products/deals']);
      expect(validate(type, data)).toEqual([]);
    }
    await deals.post('/feedback', { user: 'zoe', seen: [], clicked: ['deals-plant'] });
    const last = () => posted.at(-1)?.events.find(({ subject }) => subject === 'zoe');
    await expect.poll(last).toMatchObject({
      data: { content: { data: { items: [{ id: 'deals-plant' }, {}, {}, {}, {}] } } },
    });
  });

  it('finds its key in a file where that is named, as it is at each report', async () => {
    const { posted, env } = await openIngest(503);
    const folder = mkdtempSync(join(tmpdir(), 'beforehand-key-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'producer-key');
    writeFileSync(file, 'bhk_first\n');
    const { BEFOREHAND_INGEST_URL } = env;
    const given = { BEFOREHAND_INGEST_URL, BEFOREHAND_PRODUCER_KEY_FILE: file };
    await start('deals', { ...given, DEALS_EVERY_MS: '1000' });
    await expect.poll(() => posted.at(-1)?.key).toBe('Bearer bhk_first');
    writeFileSync(file, 'bhk_next');
    await expect.poll(() => posted.at(-1)?.key).toBe('Bearer bhk_next');
  });

  it('says nothing else under the same id when it starts again', async () => {
    const { posted, env } = await openIngest();
    const deals = await start('deals', { ...env, DEALS_EVERY_MS: '3000' });
    await deals.post('/feedback', { user: 'ada', seen: [], clicked: ['deals-plant'] });
    await expect.poll(() => posted.length, { timeout: 10_000 }).toBeGreaterThan(1);
    const before = posted.length;
    await start('deals', { ...env, DEALS_EVERY_MS: '3000' });
    await expect.poll(() => posted.length, { timeout: 10_000 }).toBeGreaterThan(before);
    expectEachIdToSayOneThing(posted);
  });

  it('waits as long as it is asked to, and repeats the same events', async () => {
    const { posted, env } = await openIngest(429, 503);
    await start('deals', { ...env, DEALS_EVERY_MS: '60000' });
    await expect.poll(() => posted.map(({ status }) => status)).toEqual([429, 503, 202]);
    const [first, second, third] = posted as [Posted, Posted, Posted];
    expect(second.events).toEqual(first.events);
    expect(third.events).toEqual(first.events);
    // It must not come sooner; later is no fault.
    expect(second.atMs - first.atMs).toBeGreaterThan(990);
    expect(third.atMs - second.atMs).toBeGreaterThan(990);
  });

  it('says why it was refused, and does not ask again', async () => {
    const { posted, env } = await openIngest(422);
    const { lines } = await start('deals', { ...env, DEALS_EVERY_MS: '60000' });
    await expect
      .poll(() => lines.join('\n'))
      .toContain('The platform refuses what was reported with 422: {}');
    expect(posted).toHaveLength(1);
  });
});

describe('the insurance team', () => {
  it('reports the quote that Ada saved, under an id of its own', async () => {
    const { posted, env } = await openIngest(503);
    await start('insurance', env);
    await expect.poll(() => posted.map(({ status }) => status)).toEqual([503, 202]);
    const [, { events }] = posted as [Posted, Posted];
    const [event] = events as [Reported];
    expect(event).toMatchObject({ type: 'quote.saved', subject: 'ada' });
    expect(event.id).toMatch(/^saved-Q-/);
    expect(validate('quote.saved', event.data)).toEqual([]);
  });

  it('reports a quote that holds longer now as another event', async () => {
    const { posted, env } = await openIngest();
    const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-books-'));
    cleanups.push(() => rmSync(dataDir, { recursive: true }));
    const validUntil = new Date(Date.now() + 3_600_000).toISOString();
    const quote = { id: 'Q-1', user: 'ada', thing: 'Mini', monthlyCents: 2_000, validUntil };
    const books = { quotes: [quote], contracts: [], requests: [] };
    writeFileSync(join(dataDir, 'insurance.json'), JSON.stringify(books));
    const first = await startProduct('insurance', { env, dataDir });
    await expect.poll(() => posted.length).toBe(1);
    const ask = async (path: string, body: object) => {
      const asked = { user: 'ada', askedAt: new Date(), ...body };
      const answer = await first.post(path, asked, { 'idempotency-key': path });
      return (await answer.json()) as { contract: string };
    };
    const { contract } = await ask('/contracts', { quote: 'Q-1' });
    await ask('/contracts/withdraw', { contract });
    await first.stop();
    const second = await startProduct('insurance', { env, dataDir });
    cleanups.push(second.stop);
    await expect.poll(() => posted.length).toBe(2);
    expectEachIdToSayOneThing(posted);
  });
});
