// Entry: the replica of a region.

import { join } from 'node:path';
import { contentHashOf } from '../inbound/http-etag.ts';
import { amqpContentFeed } from '../outbound/amqp-content-feed.ts';
import { readBootId } from '../outbound/file-boot-id.ts';
import { filePositions } from '../outbound/file-positions.ts';
import { openLmdbRegionStore } from '../outbound/lmdb-region-store.ts';
import { nodeCacheRecentlyAsked } from '../outbound/node-cache-recently-asked.ts';
import { openBroker } from '../wire/broker.ts';
import { openClientTokens } from './client-tokens.ts';
import { lockDirectory } from './directory-lock.ts';
import { findConfig, loadConfig, requireRegions } from './load-config.ts';
import { loadPage, placeAssets } from './load-page.ts';
import { openObservers } from './observers.ts';
import { replicaSettings } from './replica-settings.ts';
import { runProcess } from './run-process.ts';
import { readSettings } from './settings.ts';
import { startReplica } from './start-replica.ts';

await runProcess(() => {
  const settings = readSettings(replicaSettings, process.env);
  const { region, instance, confirmDeadlineMs } = settings;
  const { observe, metrics } = openObservers({
    ...{ process: 'replica', parts: ['replica'], level: settings.logLevel },
  }).ofReplica({ region, instance });
  return {
    observe,
    stopTimeoutMs: settings.drainMs + settings.stopTimeoutMs,
    async start(onStop) {
      const config = await loadConfig(
        findConfig({ file: settings.configFile, folder: process.cwd() }),
      );
      requireRegions(config, [region]);
      const pageAssets = await loadPage(config, settings);

      onStop(lockDirectory(settings.directory, { setting: 'BEFOREHAND_REPLICA_DATA_DIR' }));
      const store = await openLmdbRegionStore({ ...settings, bootId: readBootId() });
      onStop(store.close);
      const { keys, token } = await openClientTokens(settings, observe);
      onStop(keys.close);
      const asked = nodeCacheRecentlyAsked({ maxKeys: settings.maxAsked });
      onStop(async () => asked.close());
      const broker = openBroker({ ...settings, role: `replica ${instance}`, observe });
      onStop(broker.close);
      metrics.gauge('broker_connected', broker.isConnected);
      const directory = settings.positionsDir || join(settings.directory, 'positions');
      onStop(lockDirectory(directory, { setting: 'BEFOREHAND_POSITIONS_DIR' }));
      if (pageAssets !== null) placeAssets(directory, pageAssets, settings);
      const replica = await startReplica({
        ...{ config, limits: settings, region, instance, store, keys, token },
        ...{ observe, metrics, nowMs: Date.now },
        positions: filePositions({
          ...{ directory, maxFiles: settings.maxPositions, nowMs: Date.now, hashOf: contentHashOf },
          hasPages: pageAssets !== null,
        }),
        ...{ asked, pageAssets },
        address: { host: settings.host, port: settings.port, socketPath: settings.socketPath },
        feed: amqpContentFeed({
          ...{ broker, region, instance, confirmDeadlineMs },
          prefetch: { interactive: settings.interactivePrefetch, bulk: settings.bulkPrefetch },
          limits: { maxMessages: settings.maxLaneMessages, maxBytes: settings.maxLaneBytes },
        }),
      });
      onStop(replica.stop);
    },
  };
});
