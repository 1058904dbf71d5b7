// For each import rule, what breaks it: planted in the clean tree, every one must be reported.

import { posix } from 'node:path';
import type { Tree } from './clean-tree.ts';

type Violation = {
  rule: string;
  plant: Tree;
  /** How the report begins: the importing file, and what it must not import. */
  found: string;
};

/** A violation by one import. */
function plant(rule: string, file: string, specifier: string): Violation {
  return { rule, plant: { [file]: [specifier] }, found: `${file} → ${target(file, specifier)}` };
}

/** A violation two imports away from the entry point, where each file alone looks innocent. */
function reach(rule: string, process: string, specifier: string): Violation {
  const entry = `src/main/${process}.ts`;
  const hop = `http-${process}-${specifier.replaceAll(/[^a-z]/g, '')}`;
  const inner = `src/inbound/${hop}-inner.ts`;
  return {
    rule,
    plant: {
      [entry]: [`../inbound/${hop}.ts`],
      [`src/inbound/${hop}.ts`]: [`./${hop}-inner.ts`],
      [inner]: [specifier],
    },
    found: `${entry} → ${target(inner, specifier)}`,
  };
}

/** Where an import leads, as reports spell it. */
function target(file: string, specifier: string): string {
  const path = specifier.replace(/^type /, '');
  if (path.startsWith('.')) return posix.join(posix.dirname(file), path);
  if (path.startsWith('node:')) return path.slice('node:'.length);
  const name = /^(@[^/]+\/)?[^/]+/.exec(path)?.[0];
  return `node_modules/${name}/`;
}

const layers: Violation[] = [
  plant('domain-is-pure', 'src/domain/disk.ts', 'node:fs'),
  plant('steps-do-not-meet', 'src/domain/ingest/shortcut.ts', '../worker/plan.ts'),
  plant('domain-is-pure', 'src/domain/bytes.ts', '../wire/topology.ts'),
  plant('domain-is-pure', 'src/domain/pool.ts', 'type pg'),
  plant('domain-is-pure', 'src/domain/request.ts', 'type fastify'),
  plant('inbound-never-calls-outbound', 'src/inbound/http-a.ts', '../outbound/postgres-schema.ts'),
  plant('outbound-never-calls-inbound', 'src/outbound/amqp-a.ts', 'type ../inbound/http-events.ts'),
  plant('adapters-do-not-meet', 'src/outbound/amqp-b.ts', './postgres-schema.ts'),
  plant('adapters-do-not-meet', 'src/inbound/http-b.ts', './amqp-event-consumer.ts'),
  plant('wire-knows-only-domain', 'src/wire/door.ts', '../inbound/http-server.ts'),
  plant('only-main-wires', 'src/outbound/memory-a.ts', '../main/ingest.ts'),
  plant('only-main-wires', 'src/servers/supervisor.ts', '../main/ingest.ts'),
  plant('servers-belong-to-main', 'src/outbound/postgres-a.ts', '../servers/postgres-server.ts'),
  plant('servers-stand-alone', 'src/servers/nosy.ts', 'type ../domain/ports.ts'),
];

const authors: Violation[] = [
  plant('apps-use-the-authors-api', 'src/apps/sql.ts', 'pg'),
  plant('apps-use-the-authors-api', 'src/apps/log.ts', 'pino'),
  plant('apps-use-the-authors-api', 'src/apps/door.ts', '@fastify/swagger'),
  plant('apps-use-the-authors-api', 'src/apps/deep.ts', '../domain/ports.ts'),
  plant('config-lists-apps', 'beforehand.config.ts', './src/wire/topology.ts'),
  plant('config-lists-apps', 'beforehand.config.ts', 'node:fs'),
  plant('config-lists-apps', 'home.config.ts', './src/main/ingest.ts'),
  plant('platform-knows-no-app', 'src/wire/offers.ts', '../apps/offers.ts'),
];

const packages: Violation[] = [
  plant('postgres-behind-its-port', 'src/main/query.ts', 'pg'),
  plant('postgres-behind-its-port', 'src/main/row.ts', 'type pg'),
  plant('postgres-behind-its-port', 'src/outbound/memory-b.ts', 'drizzle-orm/node-postgres'),
  plant('fastify-stays-at-the-door', 'src/main/app.ts', 'fastify'),
  plant('fastify-stays-at-the-door', 'src/main/docs.ts', '@fastify/swagger-ui'),
  plant('amqplib-stays-in-the-broker', 'src/wire/queue.ts', 'amqplib'),
  plant('amqplib-stays-in-the-broker', 'src/outbound/amqp-c.ts', 'type amqplib'),
  plant('lmdb-behind-its-port', 'src/main/disk.ts', 'lmdb'),
  plant('threads-behind-their-port', 'src/main/threads.ts', 'node:worker_threads'),
  plant('pino-behind-observations', 'src/inbound/http-c.ts', 'pino'),
  plant('prometheus-behind-observations', 'src/domain/count.ts', 'prom-client'),
  plant('commander-stays-in-the-command-line', 'src/main/options.ts', 'commander'),
  plant('divkit-draws-the-home-page', 'src/main/draw.ts', '@divkitframework/divkit/server'),
  plant('divkit-draws-the-home-page', 'src/apps/travel.ts', '@divkitframework/jsonbuilder'),
  plant('divkit-draws-the-home-page', 'web/demo/draw.js', '@divkitframework/divkit/client'),
  plant('esbuild-bundles-in-two-files', 'src/main/bundle.ts', 'esbuild'),
  plant('esbuild-bundles-in-two-files', 'src/outbound/file-a.ts', 'type esbuild'),
  plant('esbuild-bundles-in-two-files', 'src/apps/bundle.ts', 'esbuild'),
  plant('src-needs-what-is-installed', 'src/main/random.ts', 'fast-check'),
  plant('src-needs-what-is-installed', 'src/main/inject.ts', 'light-my-request'),
];

const reachable: Violation[] = [
  reach('ingest-stays-thin', 'ingest', 'pg'),
  reach('ingest-stays-thin', 'ingest', 'drizzle-orm/pg-core'),
  reach('ingest-stays-thin', 'ingest', 'node:worker_threads'),
  reach('ingest-stays-thin', 'ingest', 'lmdb'),
  reach('ingest-stays-thin', 'ingest', '../outbound/thread-entry.ts'),
  reach('replica-stays-local', 'replica', 'type pg'),
  reach('replica-stays-local', 'replica', 'drizzle-orm'),
  reach('replica-stays-local', 'replica', 'node:worker_threads'),
  reach('replica-stays-local', 'replica', '../outbound/amqp-event-publisher.ts'),
  reach('replica-stays-local', 'replica', './amqp-event-consumer.ts'),
  reach('worker-serves-nobody', 'worker', './http-events.ts'),
  reach('worker-serves-nobody', 'worker', './http-client-events.ts'),
  reach('worker-serves-nobody', 'worker', './http-content.ts'),
  reach('worker-serves-nobody', 'worker', './http-page.ts'),
];

const pages: Violation[] = [
  plant('pages-stand-alone', 'web/demo/package.js', 'fast-check'),
  plant('pages-stand-alone', 'web/demo/source.js', '../../src/domain/ports.ts'),
  plant('pages-stand-alone', 'web/home/package.js', 'fast-check'),
  plant('src-never-imports-pages', 'src/main/page.ts', '../../web/demo/element.js'),
  reach('demo-stays-in-solo', 'replica', './http-demo.ts'),
  reach('demo-stays-in-solo', 'operator', './http-demo.ts'),
];

const tidiness: Violation[] = [
  plant('no-barrels', 'src/wire/lazy.ts', './index.ts'),
  {
    rule: 'no-circular',
    plant: { 'src/wire/hen.ts': ['./egg.ts'], 'src/wire/egg.ts': ['type ./hen.ts'] },
    found: 'src/wire/egg.ts → src/wire/hen.ts',
  },
  {
    rule: 'no-orphans',
    plant: { 'src/outbound/memory-left-over.ts': ['../domain/ports.ts'] },
    found: 'src/outbound/memory-left-over.ts',
  },
  plant('src-never-imports-test', 'src/main/clock.ts', '../../test/fake-clock.ts'),
  {
    rule: 'imports-resolve',
    plant: { 'src/main/lost.ts': ['./nowhere.ts'] },
    found: 'src/main/lost.ts → ./nowhere.ts',
  },
];

/** What violations lead to, where the clean tree does not have it. */
const targets: Tree = { 'src/wire/index.ts': [], 'test/fake-clock.ts': [] };

export const violations: readonly Violation[] = [
  ...layers,
  ...authors,
  ...packages,
  ...reachable,
  ...pages,
  ...tidiness,
];

export const plantedTrees: readonly Tree[] = [targets, ...violations.map(({ plant }) => plant)];
