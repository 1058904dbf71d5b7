// Entry: the product's replica, which lays the documents of the suite down for its Nginx.
//
// It has what a replica of a region has, but for the broker: what it asks for, nobody makes.

import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { loadPage } from '../../src/main/load-page.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { openFileTokenKeys } from '../../src/outbound/file-token-keys.ts';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { userCount } from '../read/documents.ts';
import { audience, issuer } from '../read/requests.ts';
import { configs, documentOf, type Look } from './home-config.ts';

const [port, socketPath, directory, positionsDir, jwksFile, secretFile, look] = process.argv.slice(
  2,
) as [...[string, string, string], ...[string, string, string], Look];
const config = configs[look];
const limits = readSettings(replicaLimits, {});
const identity = { region: 'eu', instance: 'bench' };
const observe = () => {};

const exchange = memoryContentExchange({ maxMessages: 1_000, redeliveryDelayMs: 100 });
await exchange.consumePageRequests(async ({ instance, snapshotId }) => {
  const documents = Array.from({ length: userCount }, (_, index) => documentOf(look, index));
  await exchange.sendPage(instance, { snapshotId, documents, generic: [], next: null });
});
await exchange.consumeContentRequests(async () => {});
const pageAssets = await loadPage(config, limits);
await startReplica({
  ...{ ...identity, config, limits, observe, nowMs: Date.now, pageAssets },
  feed: exchange.feedOf({ ...identity, prefetch: { interactive: 50, bulk: 10 } }),
  store: await openLmdbRegionStore({ ...limits, directory, bootId: null }),
  positions: filePositions({
    ...{ directory: positionsDir, maxFiles: limits.maxPositions },
    ...{ nowMs: Date.now, hashOf: contentHashOf, hasPages: pageAssets !== null },
  }),
  asked: nodeCacheRecentlyAsked({ maxKeys: limits.maxAsked }),
  keys: await openFileTokenKeys({
    ...{ jwksFile, secretFile, observe, checkEveryMs: limits.jwksCheckEveryMs },
  }),
  address: { host: '127.0.0.1', port: Number(port), socketPath },
  token: { issuer, audience },
});
