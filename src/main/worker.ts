// Entry: a worker process.

import { amqpContentRequests } from '../inbound/amqp-content-requests.ts';
import { amqpDeadEvents } from '../inbound/amqp-dead-events.ts';
import { amqpEventConsumer } from '../inbound/amqp-event-consumer.ts';
import { amqpPageRequests } from '../inbound/amqp-page-requests.ts';
import { amqpReports } from '../inbound/amqp-reports.ts';
import { createHttpServer } from '../inbound/http-server.ts';
import { amqpClockBroadcaster } from '../outbound/amqp-clock.ts';
import { amqpEventPublisher } from '../outbound/amqp-event-publisher.ts';
import { amqpFanOut } from '../outbound/amqp-fan-out.ts';
import { postgresClock } from '../outbound/postgres-clock.ts';
import { postgresContentStore } from '../outbound/postgres-content-store.ts';
import { openPostgres } from '../outbound/postgres-pool.ts';
import { postgresReceipts } from '../outbound/postgres-receipts.ts';
import { postgresRetention } from '../outbound/postgres-retention.ts';
import { openBroker } from '../wire/broker.ts';
import { findConfig, loadConfig } from './load-config.ts';
import { openObservers } from './observers.ts';
import { postgresOptions } from './postgres-settings.ts';
import { runProcess } from './run-process.ts';
import { readSettings } from './settings.ts';
import { startClock } from './start-clock.ts';
import { startWorker } from './start-worker.ts';
import { openUnitThreads } from './unit-threads.ts';
import { workerSettings } from './worker-settings.ts';

const about = {
  title: 'Beforehand: worker',
  description: 'Whether the worker is alive and ready, and what it counts.',
  version: '1.0.0',
};

/** For one caller, such as an orchestrator, that asks how the worker is. */
const healthLimits = {
  maxBodyBytes: 1024,
  maxRequests: 100,
  maxConnections: 100,
  requestTimeoutMs: 5000,
  handlerTimeoutMs: 5000,
  drainMs: 0,
  stopTimeoutMs: 1000,
};

await runProcess(() => {
  const settings = readSettings(workerSettings, process.env);
  const { confirmDeadlineMs, interactivePrefetch, bulkPrefetch } = settings;
  const { observe, metrics, page } = openObservers({
    ...{ process: 'worker', parts: ['worker'], level: settings.logLevel },
  });
  return {
    observe,
    stopTimeoutMs: settings.stopTimeoutMs,
    async start(onStop) {
      const configFile = findConfig({ file: settings.configFile, folder: process.cwd() });
      const config = await loadConfig(configFile);

      const postgres = openPostgres(postgresOptions(settings, 'beforehand worker'));
      onStop(postgres.close);
      const broker = openBroker({ ...settings, role: 'worker', observe });
      onStop(broker.close);
      metrics.gauge('broker_connected', broker.isConnected);
      const clock = startClock({
        ...{ observe, read: postgresClock(postgres) },
        broadcaster: amqpClockBroadcaster({ broker, confirmDeadlineMs }),
      });
      onStop(clock.stop);
      const runner = await openUnitThreads(configFile, settings, observe);
      onStop(runner.close);
      let isConsuming = false;
      const health = await createHttpServer({
        ...healthLimits,
        ...{ about, observe, metrics: page },
        health: () => ({
          reasons: isConsuming && broker.isConnected() ? [] : ['broker_unavailable'],
        }),
      });
      onStop(health.stop);
      await health.listen({ host: settings.host, port: settings.port });
      const worker = await startWorker({
        ...{ config, limits: settings, runner, observe, nowMs: clock.nowMs },
        events: amqpEventConsumer({
          broker,
          prefetch: { interactive: interactivePrefetch, bulk: bulkPrefetch },
        }),
        deadEvents: amqpDeadEvents({ broker, prefetch: settings.deadPrefetch }),
        publisher: amqpEventPublisher({ broker, confirmDeadlineMs }),
        fanOut: amqpFanOut({
          ...{ broker, confirmDeadlineMs },
          limits: { maxDocuments: settings.maxBundleDocuments, maxBytes: settings.maxBundleBytes },
        }),
        pageRequests: amqpPageRequests({ broker, prefetch: settings.pagePrefetch }),
        contentRequests: amqpContentRequests({ broker, prefetch: settings.requestedPrefetch }),
        reports: amqpReports({ broker, prefetch: settings.reportPrefetch }),
        store: postgresContentStore(postgres),
        receipts: postgresReceipts(postgres),
        retention: postgresRetention(postgres),
      });
      onStop(worker.stop);
      isConsuming = true;
    },
  };
});
