// Entry: the operator process.

import { postgresBacklog } from '../outbound/postgres-backlog.ts';
import { postgresEventStories } from '../outbound/postgres-event-stories.ts';
import { openPostgres } from '../outbound/postgres-pool.ts';
import { postgresReceipts } from '../outbound/postgres-receipts.ts';
import { watchQueues } from '../wire/broker-queue-depths.ts';
import { openObservers } from './observers.ts';
import { operatorSettings } from './operator-settings.ts';
import { postgresOptions } from './postgres-settings.ts';
import { runProcess } from './run-process.ts';
import { readSettings } from './settings.ts';
import { startOperator } from './start-operator.ts';

await runProcess(() => {
  const settings = readSettings(operatorSettings, process.env);
  const { host, port, drainMs, stopTimeoutMs } = settings;
  const { observe, metrics, page, addBacklog } = openObservers({
    ...{ process: 'operator', parts: ['operator'], level: settings.logLevel },
  });
  return {
    observe,
    stopTimeoutMs: drainMs + stopTimeoutMs,
    async start(onStop) {
      const postgres = openPostgres(postgresOptions(settings, 'beforehand operator'));
      onStop(postgres.close);
      const receipts = postgresReceipts(postgres);
      const queues = settings.amqpUrl === '' ? null : openQueues(settings.amqpUrl);
      const backlog = postgresBacklog(postgres);
      addBacklog({ backlog, queues: queues?.read ?? null });
      const operator = await startOperator({
        ...{ limits: settings, address: { host, port }, observe, page },
        stories: postgresEventStories(postgres, receipts),
        whole: { backlog, replicas: receipts.replicas },
      });
      onStop(operator.stop);

      function openQueues(url: string) {
        const watch = watchQueues({ ...settings, url, observe });
        onStop(watch.close);
        metrics.gauge('broker_connected', watch.isConnected);
        return watch;
      }
    },
  };
});
