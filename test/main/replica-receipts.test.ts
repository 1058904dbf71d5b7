// What a replica says of its positions when it starts.

import { expect, it } from 'vitest';
import { defineConfig } from '../../src/domain/config.ts';
import { Failure } from '../../src/domain/errors.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import { memoryPositions } from '../../src/outbound/memory-positions.ts';
import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { aDocument } from '../fixtures/content.ts';
import { audience, es256, issuer } from '../inbound/open-content.ts';

const config = defineConfig({
  ...{ regions: ['eu'], events: [], generators: [], reactions: [] },
  slots: { offers: { generic: 'from the configuration' } },
});

it('says again what it has positioned, and nothing of what it could not', async () => {
  const store = memoryRegionStore();
  await store.put([aDocument('alice', { version: 2 }), aDocument('carol', { version: 2 })]);
  const positions = memoryPositions({ maxFiles: 10 });
  positions.write('alice', Buffer.from('of version 1'));
  const write = (user: string, body: Uint8Array) => {
    if (user === 'alice') throw new Failure('unavailable', 'The disk is read-only.');
    positions.write(user, body);
  };
  const exchange = memoryContentExchange({ maxMessages: 100, redeliveryDelayMs: 1 });
  const told: Receipt[] = [];
  await exchange.consumeReports(async ({ receipts }) => void told.push(...receipts));
  const asked = nodeCacheRecentlyAsked({ maxKeys: 10 });
  const prefetch = { interactive: 10, bulk: 10 };
  const replica = await startReplica({
    ...{ config, store, asked, region: 'eu', instance: 'eu-1', positions: { ...positions, write } },
    feed: exchange.feedOf({ region: 'eu', instance: 'eu-1', prefetch }),
    limits: readSettings(replicaLimits, {}),
    address: { host: '127.0.0.1', port: 0 },
    keys: { current: () => ({ jwks: [es256.jwk], secret: null }) },
    token: { issuer, audience },
    ...{ observe: () => {}, nowMs: Date.now },
  });
  await replica.stop();
  asked.close();
  expect(told.map(({ user, version }) => [user, version])).toEqual([['carol', 2]]);
});
