// A worker process that kills itself with -9 once the first reported events are stored or published.
// Usage: dying-reporter.ts before_publish|before_removal AMQP_URL NAMESPACE POSTGRES_URL

import { readSettings } from '../../src/main/settings.ts';
import { startWorker } from '../../src/main/start-worker.ts';
import { workerLimits } from '../../src/main/worker-settings.ts';
import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { openTestPool } from '../postgres-database.ts';
import { config } from './follow-up-config.ts';
import { linksOn } from './open-flow.ts';

const [point, amqpUrl, namespace, postgresUrl] = process.argv.slice(2) as [
  'before_publish' | 'before_removal',
  string,
  string,
  string,
];

const broker = await openTestBroker(amqpUrl, namespace);
const links = linksOn(broker, openTestPool(postgresUrl));
const observe = () => {};
await startWorker({
  ...{ ...links, config, observe, nowMs: Date.now },
  limits: readSettings(workerLimits, { BEFOREHAND_FAN_OUT_PATIENCE_MS: '100' }),
  runner: createMemoryUnitRunner({ config, observe, nowMs: Date.now }),
  publisher: {
    async publish(events) {
      if (point === 'before_removal') await links.publisher.publish(events);
      process.kill(process.pid, 'SIGKILL');
    },
  },
});
console.log('consuming');
