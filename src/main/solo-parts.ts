// The processes of solo mode, in one process: the same wiring with memory in place of the broker.

import { join } from 'node:path';
import type { Config } from '../domain/config.ts';
import { observeTogether } from '../domain/observation.ts';
import type { PageAssets } from '../domain/replica/page-assets.ts';
import { contentHashOf } from '../inbound/http-etag.ts';
import { readBootId } from '../outbound/file-boot-id.ts';
import { filePositions } from '../outbound/file-positions.ts';
import { openFileProducerKeys } from '../outbound/file-producer-keys.ts';
import { openLmdbRegionStore } from '../outbound/lmdb-region-store.ts';
import { memoryClock } from '../outbound/memory-clock.ts';
import {
  type MemoryContentExchange,
  memoryContentExchange,
} from '../outbound/memory-content-exchange.ts';
import { memoryEventQueue } from '../outbound/memory-event-queue.ts';
import { nodeCacheRecentlyAsked } from '../outbound/node-cache-recently-asked.ts';
import { postgresBacklog } from '../outbound/postgres-backlog.ts';
import { postgresClock } from '../outbound/postgres-clock.ts';
import { postgresContentStore } from '../outbound/postgres-content-store.ts';
import { postgresEventStories } from '../outbound/postgres-event-stories.ts';
import { openPostgres } from '../outbound/postgres-pool.ts';
import { postgresReceipts } from '../outbound/postgres-receipts.ts';
import { postgresRetention } from '../outbound/postgres-retention.ts';
import { type Credentials, credentialFiles } from './credentials.ts';
import { lockDirectory } from './directory-lock.ts';
import type { Observers } from './observers.ts';
import { postgresOptions } from './postgres-settings.ts';
import type { OnStop } from './run-process.ts';
import { openSoloClients, openSoloTokenKeys } from './solo-clients.ts';
import { openSoloDemo, type SoloDemo } from './solo-demo.ts';
import { openSoloSession, type SoloSession } from './solo-demo-session.ts';
import { whenDrained } from './solo-drain.ts';
import { soloHost as host, type RegionPort } from './solo-ports.ts';
import type { SoloSettings } from './solo-settings.ts';
import { startClock } from './start-clock.ts';
import { startIngest } from './start-ingest.ts';
import { startOperator } from './start-operator.ts';
import { startReplica } from './start-replica.ts';
import { startWorker } from './start-worker.ts';
import { openUnitThreads } from './unit-threads.ts';

export type SoloUrls = {
  ingest: string;
  regions: Record<string, string>;
  operator: string;
  /** `null`: what is configured has no page. */
  home: string | null;
  /** `null`: what is configured is not what the demo shows. */
  demo: string | null;
};

type SoloCall = {
  settings: SoloSettings;
  /** `config` is what was loaded from `configFile`; each unit thread loads it again. */
  configFile: string;
  config: Config;
  credentials: Credentials;
  postgres: { workerUrl: string; operatorUrl: string };
  observers: Observers;
  onStop: OnStop;
  pageAssets: PageAssets | null;
};

/** A message in memory that could not be handled waits this long. */
const redeliveryDelayMs = 200;
/** Bundles that wait for one region; beyond it a snapshot follows. */
const maxMessages = 10_000;

/** Resolves once everything takes requests. What is stopped last was opened first. */
export async function startSoloParts(call: SoloCall): Promise<SoloUrls> {
  const { settings, configFile, config, observers, onStop } = call;
  const { observe, metrics, page } = observers;
  const { limits } = settings;
  const openPool = (postgresUrl: string) => {
    const pool = openPostgres(
      postgresOptions({ ...limits.postgres, postgresUrl }, 'beforehand solo'),
    );
    onStop(pool.close);
    return pool;
  };
  const postgres = openPool(call.postgres.workerUrl);
  const receipts = postgresReceipts(postgres);

  const exchange = memoryContentExchange({ maxMessages, redeliveryDelayMs });
  const demo = openSoloDemo(call);
  const session = openSoloSession(call);
  const regions: Record<string, string> = {};
  for (const place of settings.replicaPorts) {
    regions[place.region] = await startRegion(call, { exchange, demo, session }, place);
  }
  const runner = demo.aroundRunner(await openUnitThreads(configFile, limits.worker, observe));
  onStop(runner.close);
  const queue = memoryEventQueue({
    ...{ maxEvents: settings.maxQueuedEvents, redeliveryDelayMs },
    prefetch: { interactive: limits.worker.interactivePrefetch, bulk: limits.worker.bulkPrefetch },
  });
  const broadcaster = memoryClock();
  const clock = startClock({ broadcaster, observe, read: postgresClock(postgres) });
  onStop(clock.stop);
  const worker = await startWorker({
    ...{ config, limits: limits.worker, runner, observe, nowMs: clock.nowMs },
    ...{ events: queue, deadEvents: queue, publisher: queue, fanOut: exchange },
    ...{ pageRequests: exchange, contentRequests: exchange, reports: exchange },
    store: demo.steps.aroundStore(postgresContentStore(postgres)),
    receipts,
    retention: postgresRetention(postgres),
  });
  onStop(worker.stop);
  const asked = openPool(call.postgres.operatorUrl);
  const backlog = postgresBacklog(asked);
  observers.addBacklog({ backlog, queues: null });
  const operator = await startOperator({
    ...{ limits: limits.operator, observe, page },
    address: { host, port: settings.operatorPort },
    stories: postgresEventStories(asked, postgresReceipts(asked)),
    whole: { backlog, replicas: postgresReceipts(asked).replicas },
  });
  onStop(operator.stop);
  onStop(() => whenDrained(queue, settings.drainTimeoutMs));
  const keys = await openFileProducerKeys({
    ...{ path: credentialFiles(settings.dataDir).producerKeys, observe },
    checkEveryMs: limits.ingest.keysCheckEveryMs,
  });
  onStop(keys.close);
  const clients = await openSoloClients({ settings, credentials: call.credentials, observe });
  onStop(clients.keys.close);
  const ingest = await startIngest({
    ...{ config, publisher: queue, keys, clients, nowMs: Date.now },
    observe: observeTogether(observe, demo.steps.accepted),
    ...{ limits: limits.ingest, clockListener: broadcaster, whenConnected: async () => {} },
    elapsedMs: () => performance.now(),
    address: { host, port: settings.ingestPort },
    publishingProblems: () => [],
    // One process, one page: the operator's door has it.
    metrics: { ...metrics, page: null },
  });
  onStop(ingest.stop);
  const home = config.page === undefined ? null : `${Object.values(regions)[0]}/`;
  return { ingest: ingest.url, regions, operator: operator.url, home, demo: demo.url };
}

type Shared = { exchange: MemoryContentExchange; demo: SoloDemo; session: SoloSession };

async function startRegion(
  { settings, config, credentials, observers, onStop, pageAssets }: SoloCall,
  { exchange, demo, session }: Shared,
  { region, port }: RegionPort,
): Promise<string> {
  const limits = settings.limits.replica;
  const corsOrigins = [...limits.corsOrigins, ...demo.origins];
  const instance = `${region}-1`;
  const { observe: observeOurs, metrics } = observers.ofReplica({ region, instance });
  const observe = observeTogether(observeOurs, (it) => demo.steps.positioned(region, it));
  const directory = join(settings.dataDir, 'regions', region);
  onStop(lockDirectory(directory, { setting: 'BEFOREHAND_DATA_DIR' }));
  const store = await openLmdbRegionStore({
    ...{ directory, mapBytes: limits.mapBytes, bootId: readBootId() },
  });
  onStop(store.close);
  const keys = await openSoloTokenKeys(settings, observe);
  onStop(keys.close);
  const asked = nodeCacheRecentlyAsked({ maxKeys: limits.maxAsked });
  onStop(async () => asked.close());
  const replica = await startReplica({
    positions: filePositions({
      directory: join(directory, 'positions'),
      ...{ maxFiles: limits.maxPositions, nowMs: Date.now, hashOf: contentHashOf },
      hasPages: pageAssets !== null,
    }),
    ...{ asked, pageAssets },
    ...{ config, region, instance, store, keys, observe, nowMs: Date.now },
    limits: { ...limits, corsOrigins },
    addRoutes(routes) {
      demo.addRoutesOf(region)?.(routes);
      session.addRoutesOf(port, keys)?.(routes);
    },
    metrics: { ...metrics, page: null },
    feed: exchange.feedOf({
      ...{ region, instance },
      prefetch: { interactive: limits.interactivePrefetch, bulk: limits.bulkPrefetch },
    }),
    address: { host, port },
    token: credentials.token,
  });
  onStop(replica.stop);
  return replica.url;
}
