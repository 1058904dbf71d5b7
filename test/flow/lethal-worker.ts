// A worker process whose author's code kills it with -9 at one of the events.
// Usage: lethal-worker.ts AMQP_URL NAMESPACE POSTGRES_URL

import { setTimeout as sleep } from 'node:timers/promises';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startWorker } from '../../src/main/start-worker.ts';
import { workerLimits } from '../../src/main/worker-settings.ts';
import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { openTestPool } from '../postgres-database.ts';
import { linksOn } from './open-flow.ts';

const [amqpUrl, namespace, postgresUrl] = process.argv.slice(2) as [string, string, string];

const login = defineEvent({ type: 'user.login', schema: {} });
const config = defineConfig({
  regions: ['eu'],
  events: [login],
  slots: { offers: { generic: null } },
  generators: [
    defineGenerator({
      ...{ slot: 'offers', on: [login], deadlineMs: 200 },
      async generate({ event }) {
        // So that others are in progress, and others wait, when it happens.
        await sleep(10);
        if (event.id === 'lethal') process.kill(process.pid, 'SIGKILL');
        return { content: event.id };
      },
    }),
  ],
  reactions: [],
});

const observe = () => {};
await startWorker({
  ...linksOn(await openTestBroker(amqpUrl, namespace), openTestPool(postgresUrl)),
  ...{ config, observe, nowMs: Date.now },
  limits: readSettings(workerLimits, {
    BEFOREHAND_LEASE_MS: '1000',
    BEFOREHAND_FAN_OUT_PATIENCE_MS: '100',
    BEFOREHAND_SWEEP_EVERY_MS: '20',
  }),
  runner: createMemoryUnitRunner({ config, observe, nowMs: Date.now }),
});
