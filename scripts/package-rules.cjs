// The import rules about packages, and their names: each package that is a choice of ours stands behind
// files of its own. See .dependency-cruiser.cjs, which has all other rules.

const { except, forbid, keepBehind, npm } = require('./import-rule.cjs');

const product = '^(src/|(beforehand|home)[.]config)';
const threads = '^(node:)?worker_threads$';
const postgres = ['pg', 'pg-[a-z]+', 'drizzle-orm'];
const fastify = ['fastify', '@fastify/[^/]+'];
const divkit = '@divkitframework/[^/]+';
const drawsCards = ['^src/apps/home/look/', '^web/home/'];
const notInstalled = { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] };

const packages = [
  keepBehind('postgres-behind-its-port', '^src/outbound/postgres-', postgres, [
    'pg and drizzle, their types too, belong to src/outbound/postgres-*. Everyone else uses the',
    'ContentStore port.',
  ]),
  keepBehind('fastify-stays-at-the-door', '^src/inbound/http-', fastify, [
    'Fastify and its objects stop at src/inbound/http-*. Hand plain values to what is behind.',
  ]),
  keepBehind('amqplib-stays-in-the-broker', '^src/wire/broker[^/]*[.]ts$', 'amqplib', [
    'amqplib belongs to src/wire/broker*.ts, so that its pitfalls are handled once. Use what',
    'they export.',
  ]),
  keepBehind('lmdb-behind-its-port', '^src/outbound/lmdb-', 'lmdb', [
    'lmdb belongs to src/outbound/lmdb-*. Everyone else uses the RegionStore port.',
  ]),
  forbid('threads-behind-their-port', except('^src/', '^src/outbound/thread-'), threads, [
    'node:worker_threads belongs to src/outbound/thread-*, where threads are watched and replaced.',
    'Everyone else uses the UnitRunner port.',
  ]),
  keepBehind('pino-behind-observations', '^src/outbound/pino-', 'pino', [
    'Nobody calls a logger. Report a fact with observe(); src/outbound/pino-* decides what',
    'becomes a line of the log.',
  ]),
  keepBehind('prometheus-behind-observations', '^src/outbound/prometheus-', 'prom-client', [
    'Report a fact with observe(), or hand over a gauge; src/outbound/prometheus-* counts it.',
  ]),
  keepBehind('commander-stays-in-the-command-line', '^src/main/cli[^/]*[.]ts$', 'commander', [
    'commander belongs to src/main/cli*. What a command does stands behind a port of the domain, so',
    'that another door can offer it, too.',
  ]),
  forbid('divkit-draws-the-home-page', except('^(src|web)/', ...drawsCards), npm(divkit), [
    'DivKit belongs to src/apps/home/look and web/home: a product says a template and its data, and',
    'the platform positions whatever JSON and HTML it is given.',
  ]),
  keepBehind('esbuild-bundles-in-two-files', '^src/outbound/(esbuild|thread-bundle)', 'esbuild', [
    'esbuild belongs to src/outbound/esbuild-* (pages) and src/outbound/thread-bundle.ts (threads). An',
    'image has none of it: whoever needs a bundle can have one from a build.',
  ]),
  forbid('src-needs-what-is-installed', product, notInstalled, [
    'The image has only "dependencies" and "optionalDependencies" of package.json. List the',
    'package there, or import it from test only.',
  ]),
];

module.exports = { divkit, fastify, packages, postgres, product, threads };
