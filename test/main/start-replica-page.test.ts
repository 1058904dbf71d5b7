// A replica whose configuration has a page: from what is fanned out to what a browser reads.

import { expect, it, onTestFinished } from 'vitest';
import { contentRequested, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import type { ContentRequest } from '../../src/domain/content-request.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import { memoryPositions } from '../../src/outbound/memory-positions.ts';
import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { aDocument, aSlot } from '../fixtures/content.ts';
import { audience, es256, issuer, nowS, sign } from '../inbound/open-content.ts';

const withHtml = (html: string) => ({ title: 'x', html });
const config = defineConfig({
  ...{ regions: ['eu'], events: [], reactions: [] },
  slots: { offers: { generic: withHtml('<p>all</p>') }, order: { generic: null } },
  generators: [
    defineGenerator({ slot: 'offers', on: [contentRequested], generate: () => undefined }),
  ],
  page: { folder: new URL('./web/', import.meta.url), order: 'order' },
});
const pageAssets = {
  shell: '<title>Home</title><!-- slots -->',
  files: new Map([
    ['a.svg', { type: 'image/svg+xml', bytes: Buffer.from('<svg/>'), isImmutable: false }],
  ]),
};

async function start() {
  const exchange = memoryContentExchange({ maxMessages: 100, redeliveryDelayMs: 1 });
  const requests: ContentRequest[] = [];
  await exchange.consumeContentRequests(async (request) => void requests.push(request));
  await exchange.consumePageRequests(({ instance, snapshotId }) =>
    exchange.sendPage(instance, { snapshotId, documents: [], generic: [], next: null }),
  );
  const asked = nodeCacheRecentlyAsked({ maxKeys: 100 });
  onTestFinished(() => asked.close());
  const positions = memoryPositions({ maxFiles: 10 });
  const replica = await startReplica({
    ...{ config, pageAssets, positions, asked, store: memoryRegionStore() },
    ...{ region: 'eu', instance: 'eu-1', limits: readSettings(replicaLimits, {}) },
    feed: exchange.feedOf({
      region: 'eu',
      instance: 'eu-1',
      prefetch: { interactive: 1, bulk: 1 },
    }),
    address: { host: '127.0.0.1', port: 0 },
    keys: { current: () => ({ jwks: [es256.jwk], secret: null }) },
    ...{ token: { issuer, audience }, observe: () => {}, nowMs: () => nowS * 1000 },
  });
  onTestFinished(() => replica.stop());
  const headers = { cookie: `beforehand_token=${await sign()}` };
  await expect.poll(async () => (await fetch(`${replica.url}/health/ready`)).status).toBe(200);
  return {
    exchange,
    requests,
    positions,
    get: (path: string) => fetch(replica.url + path, { headers }),
  };
}

it('shows a newcomer a whole page, asks for better, and lays it down with the document', async () => {
  const { exchange, requests, positions, get } = await start();
  const first = await get('/');
  expect(await first.text()).toBe(
    '<title>Home</title><div data-slot="offers" data-state="pending"><p>all</p></div>',
  );
  await expect.poll(() => requests).toMatchObject([{ user: 'alice', slot: 'offers', basis: 0 }]);
  const contentJson = JSON.stringify(withHtml('<p>for alice</p>'));
  await exchange.send({
    ...{ lane: 'interactive', generic: [], resolved: [] },
    documents: [aDocument('alice', { version: 9, slots: [aSlot({ contentJson })] })],
  });
  await expect.poll(() => positions.has('alice')).toBe(true);
  const page = await get('/');
  const html = await page.text();
  expect(html).toContain('data-state="personal" data-stamp="7353335808503808"><p>for alice</p>');
  expect(Buffer.from(positions.readPage('alice') ?? []).toString()).toBe(html);
  const json = await (await get('/v1/content/me')).text();
  expect(Buffer.from(positions.read('alice') ?? []).toString()).toBe(json);
  expect(json).not.toContain('html');
  expect(Buffer.from(positions.readGenericPages()?.pending ?? []).toString()).toContain(
    '"pending"',
  );
});

it('serves what the page refers to, and describes both', async () => {
  const { get } = await start();
  expect(await (await get('/assets/a.svg')).text()).toBe('<svg/>');
  const { paths } = (await (await get('/openapi.json')).json()) as { paths: object };
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/', '/assets/{name}']));
});
