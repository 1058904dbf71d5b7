// Entry: the product's replica, which lays the documents of the suite down for its Nginx.
//
// It has what a replica of a region has, but for the broker: what it asks for, nobody makes.

import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { openFileTokenKeys } from '../../src/outbound/file-token-keys.ts';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { documentAt, userCount } from '../read/documents.ts';
import { audience, issuer } from '../read/requests.ts';
import { config } from './home-config.ts';

const [port, socketPath, directory, positionsDir, jwksFile, secretFile] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const limits = readSettings(replicaLimits, {});
const identity = { region: 'eu', instance: 'bench' };
const observe = () => {};

const exchange = memoryContentExchange({ maxMessages: 1_000, redeliveryDelayMs: 100 });
await exchange.consumePageRequests(async ({ instance, snapshotId }) => {
  const documents = Array.from({ length: userCount }, (_, index) => documentAt(index));
  await exchange.sendPage(instance, { snapshotId, documents, generic: [], next: null });
});
await exchange.consumeContentRequests(async () => {});
await startReplica({
  ...{ ...identity, config, limits, observe, nowMs: Date.now },
  feed: exchange.feedOf({ ...identity, prefetch: { interactive: 50, bulk: 10 } }),
  store: await openLmdbRegionStore({ ...limits, directory, bootId: null }),
  positions: filePositions({
    ...{ directory: positionsDir, maxFiles: limits.maxPositions },
    ...{ nowMs: Date.now, hashOf: contentHashOf },
  }),
  asked: nodeCacheRecentlyAsked({ maxKeys: limits.maxAsked }),
  keys: await openFileTokenKeys({
    ...{ jwksFile, secretFile, observe, checkEveryMs: limits.jwksCheckEveryMs },
  }),
  address: { host: '127.0.0.1', port: Number(port), socketPath },
  token: { issuer, audience },
});
