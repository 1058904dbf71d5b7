// A worker process that kills itself with -9 at a named point of the first event it is given.
// Usage: dying-worker.ts before_publish|before_ack AMQP_URL NAMESPACE POSTGRES_URL

import { readSettings } from '../../src/main/settings.ts';
import { startWorker } from '../../src/main/start-worker.ts';
import { workerLimits } from '../../src/main/worker-settings.ts';
import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { openTestPool } from '../postgres-database.ts';
import { echoConfig } from './echo-config.ts';
import { linksOn } from './open-flow.ts';

const [point, amqpUrl, namespace, postgresUrl] = process.argv.slice(2) as [
  'before_publish' | 'before_ack',
  string,
  string,
  string,
];

const die = () => process.kill(process.pid, 'SIGKILL');
const broker = await openTestBroker(amqpUrl, namespace);
const links = linksOn(broker, openTestPool(postgresUrl));
const observe = () => {};
await startWorker({
  ...{ ...links, config: echoConfig, observe, nowMs: Date.now },
  limits: readSettings(workerLimits, {}),
  runner: createMemoryUnitRunner({ config: echoConfig, observe, nowMs: Date.now }),
  fanOut: {
    ...links.fanOut,
    async send(bundle) {
      if (point === 'before_publish') die();
      await links.fanOut.send(bundle);
      if (point === 'before_ack') die();
    },
  },
});
console.log('consuming');
