// Entry: the ingest process.

import { amqpClockListener } from '../inbound/amqp-clock.ts';
import { amqpEventPublisher } from '../outbound/amqp-event-publisher.ts';
import { openFileProducerKeys } from '../outbound/file-producer-keys.ts';
import { openBroker } from '../wire/broker.ts';
import { openClientTokensIfAny } from './client-tokens.ts';
import { ingestSettings } from './ingest-settings.ts';
import { findConfig, loadConfig } from './load-config.ts';
import { openObservers } from './observers.ts';
import { runProcess } from './run-process.ts';
import { readSettings } from './settings.ts';
import { startIngest } from './start-ingest.ts';

await runProcess(() => {
  const settings = readSettings(ingestSettings, process.env);
  const { observe, metrics } = openObservers({
    ...{ process: 'ingest', parts: ['ingest'], level: settings.logLevel },
  });
  const { drainMs, stopTimeoutMs } = settings;
  return {
    observe,
    stopTimeoutMs: drainMs + stopTimeoutMs,
    async start(onStop) {
      const configFile = findConfig({ file: settings.configFile, folder: process.cwd() });
      const config = await loadConfig(configFile);

      const keys = await openFileProducerKeys({
        path: settings.keysFile,
        checkEveryMs: settings.keysCheckEveryMs,
        observe,
      });
      onStop(keys.close);
      const tokens = await openClientTokensIfAny(settings, observe);
      if (tokens !== null) onStop(tokens.keys.close);
      const broker = openBroker({ ...settings, role: 'ingest', observe });
      onStop(broker.close);
      metrics.gauge('broker_connected', broker.isConnected);
      const ingest = await startIngest({
        ...{ config, limits: settings, keys, observe, metrics },
        clients: tokens && { ...tokens, corsOrigins: settings.corsOrigins },
        ...{ nowMs: Date.now, elapsedMs: () => performance.now() },
        address: { host: settings.host, port: settings.port },
        publisher: amqpEventPublisher({ broker, confirmDeadlineMs: settings.confirmDeadlineMs }),
        ...{ whenConnected: broker.whenConnected, clockListener: amqpClockListener({ broker }) },
        // Not whether the clock can be heard: without a word it runs on.
        publishingProblems: () => (broker.canPublish() ? [] : ['broker_unavailable']),
      });
      onStop(ingest.stop);
    },
  };
});
