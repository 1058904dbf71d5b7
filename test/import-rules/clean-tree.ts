// A small product that keeps every import rule.

/** What each file imports. `type x` is an import of types only. */
export type Tree = { readonly [path: string]: readonly string[] };

/** Imports everything where it belongs, so that a rule that forbids too much shows here. */
export const cleanTree: Tree = {
  'beforehand.config.ts': [
    './src/apps/offers.ts',
    './src/domain/config.ts',
    './src/domain/authors.ts',
  ],
  'home.config.ts': ['./src/apps/offers.ts', './src/domain/config.ts'],
  'src/apps/offers.ts': ['../domain/authors.ts', '@sinclair/typebox', 'node:crypto'],
  'src/domain/authors.ts': [],
  'src/domain/config.ts': ['./authors.ts', 'node:assert'],
  'src/domain/ports.ts': ['type ./config.ts'],
  'src/domain/worker/plan.ts': ['../ports.ts'],
  'src/inbound/amqp-event-consumer.ts': ['../domain/ports.ts', '../wire/broker-connection.ts'],
  'src/inbound/http-content.ts': ['./http-server.ts', 'jose'],
  'src/inbound/http-demo.ts': ['./http-server.ts'],
  'src/inbound/http-client-events.ts': ['fastify'],
  'src/inbound/http-events.ts': ['./http-server.ts', '@sinclair/typebox'],
  'src/inbound/http-server.ts': ['../domain/ports.ts', 'fastify', '@fastify/swagger'],
  'src/main/cli.ts': ['commander', '../outbound/postgres-content-store.ts'],
  'src/main/ingest.ts': [
    '../inbound/http-client-events.ts',
    '../inbound/http-events.ts',
    '../outbound/amqp-event-publisher.ts',
    '../outbound/pino-observer.ts',
  ],
  'src/main/replica.ts': ['../inbound/http-content.ts', '../outbound/lmdb-region-store.ts'],
  'src/main/stack.ts': ['../servers/postgres-server.ts', '../../beforehand.config.ts'],
  'src/main/solo.ts': ['../inbound/http-demo.ts'],
  'src/main/worker.ts': [
    '../domain/worker/plan.ts',
    '../inbound/http-server.ts',
    '../inbound/amqp-event-consumer.ts',
    '../outbound/thread-unit-runner.ts',
    '../outbound/postgres-content-store.ts',
  ],
  'src/outbound/amqp-event-publisher.ts': ['../domain/ports.ts', '../wire/broker-connection.ts'],
  'src/outbound/lmdb-region-store.ts': ['type ../domain/ports.ts', 'lmdb'],
  'src/outbound/pino-observer.ts': ['pino'],
  'src/outbound/postgres-content-store.ts': ['./postgres-schema.ts', 'type pg'],
  'src/outbound/postgres-schema.ts': ['drizzle-orm/pg-core'],
  'src/outbound/thread-start.ts': ['node:worker_threads'],
  'src/outbound/thread-entry.ts': ['../domain/config.ts', 'node:worker_threads'],
  'src/outbound/thread-unit-runner.ts': ['type ../domain/ports.ts', './thread-start.ts'],
  'src/servers/postgres-server.ts': ['./process-group.ts', 'get-port'],
  'src/servers/process-group.ts': ['node:child_process'],
  'src/wire/broker-connection.ts': ['./topology.ts', 'amqplib'],
  'src/wire/topology.ts': ['type ../domain/ports.ts'],
  'web/demo/main.js': ['./element.js'],
  'web/demo/element.js': [],
};
