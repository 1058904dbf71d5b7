// A replica of its own process that kills itself while it lays a document down.
//
// Arguments: the moment of its death (or `never`), its directory, the version that it is sent. It
// says `ready` once it would answer reads.

import { join } from 'node:path';
import { defineConfig } from '../../src/domain/config.ts';
import type { ContentFeed } from '../../src/domain/ports.ts';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { aDocument } from '../fixtures/content.ts';

export type Moment = 'after_transaction' | 'before_rename' | 'after_rename' | 'before_ack';

const [moment, directory, version] = process.argv.slice(2) as [Moment | 'never', string, string];

const dieAt = (reached: Moment) => {
  if (reached === moment) process.kill(process.pid, 'SIGKILL');
};

const store = await openLmdbRegionStore({ directory, mapBytes: 1_048_576, bootId: 'boot-1' });
const positions = filePositions({
  directory: join(directory, 'positions'),
  ...{ maxFiles: 100, nowMs: Date.now, hashOf: contentHashOf },
});

const feed: ContentFeed = {
  async follow(handlers) {
    handlers.onBound({ wereKept: true });
    const documents = version === '0' ? [] : [aDocument('alice', { version: Number(version) })];
    const laidDown = handlers.onBundle({
      ...{ lane: 'interactive', documents, generic: [], resolved: [] },
    });
    void laidDown.then(() => {
      dieAt('before_ack');
      console.log('laid down');
    });
    return { stop: async () => {} };
  },
  requestPage: async () => {},
  sendMarker: async () => {},
  requestContent: async () => {},
  sendReport: async () => {},
};

await startReplica({
  config: defineConfig({
    ...{ regions: ['eu'], events: [], generators: [], reactions: [] },
    slots: { offers: { generic: null } },
  }),
  ...{ feed, region: 'eu', instance: 'eu-1', observe: () => {}, nowMs: Date.now },
  limits: readSettings(replicaLimits, {}),
  address: { host: '127.0.0.1', port: 0 },
  store: {
    ...store,
    async put(documents) {
      const changed = await store.put(documents);
      if (documents.length > 0) dieAt('after_transaction');
      return changed;
    },
  },
  positions: {
    ...positions,
    write(user, body) {
      // Not while it repairs what the process before it left.
      const isSent = Buffer.from(body).includes(`"version":${version},`);
      if (isSent) dieAt('before_rename');
      positions.write(user, body);
      if (isSent) dieAt('after_rename');
    },
  },
  asked: nodeCacheRecentlyAsked({ maxKeys: 10 }),
  keys: { current: () => ({ jwks: [], secret: null }) },
  token: { issuer: 'test', audience: 'test' },
});
console.log('ready');
