// Entry: the operator process.

import { pinoObserver } from '../outbound/pino-observer.ts';
import { postgresEventStories } from '../outbound/postgres-event-stories.ts';
import { openPostgres } from '../outbound/postgres-pool.ts';
import { postgresReceipts } from '../outbound/postgres-receipts.ts';
import { postgresWholeState } from '../outbound/postgres-whole-state.ts';
import { operatorSettings } from './operator-settings.ts';
import { postgresOptions } from './postgres-settings.ts';
import { runProcess } from './run-process.ts';
import { readSettings } from './settings.ts';
import { startOperator } from './start-operator.ts';

await runProcess(() => {
  const settings = readSettings(operatorSettings, process.env);
  const { host, port, drainMs, stopTimeoutMs } = settings;
  const observe = pinoObserver({ process: 'operator', level: settings.logLevel });
  return {
    observe,
    stopTimeoutMs: drainMs + stopTimeoutMs,
    async start(onStop) {
      const postgres = openPostgres(postgresOptions(settings, 'beforehand operator'));
      onStop(postgres.close);
      const receipts = postgresReceipts(postgres);
      const operator = await startOperator({
        ...{ limits: settings, address: { host, port }, observe },
        stories: postgresEventStories(postgres, receipts),
        readWholeState: postgresWholeState(postgres, receipts),
      });
      onStop(operator.stop);
    },
  };
});
