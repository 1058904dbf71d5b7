// Who may import whom. A rule's comment is what a person reads who has just broken it, so it says
// why the rule is there and what to do. test/import-rules.test.ts breaks each of them on purpose.

/** Matches files of npm packages, their types included, wherever node_modules lies. */
const npm = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;

const anyNpm = '(^|/)node_modules/';
const postgres = ['pg', 'pg-[a-z]+', 'drizzle-orm'];
const fastify = ['fastify', '@fastify/[^/]+'];

/** What the platform is built on. Authors' code must not depend on our choice of it. */
const infrastructure = [
  ...postgres,
  ...fastify,
  ...['amqplib', 'lmdb', 'piscina', 'pino', 'cloudevents', 'jose', 'ajv', 'ajv-formats'],
];

/** Files that a process, a thread or a person starts; everything else must be reached from one. */
const entryPoints = [
  '^src/main/(ingest|worker|replica|operator|migrate|solo|stack|token)[.]ts$',
  '^src/outbound/generator-thread[.]ts$',
  '^beforehand[.]config[.]ts$',
  // For whoever runs the platform without Postgres or threads, and for every fast test.
  '^src/outbound/memory-(content-store|region-store|unit-runner)[.]ts$',
  // drizzle-kit reads it, to write migrations.
  '^src/outbound/postgres-schema[.]ts$',
];

const layers = [
  {
    name: 'domain-is-pure',
    comment:
      'The domain says what we do, not with what. Describe what you need as a port in ' +
      'src/domain/ports.ts and write the adapter in src/outbound.',
    from: { path: '^src/domain/' },
    to: { pathNot: ['^src/domain/', '^(node:)?assert$'] },
  },
  {
    name: 'steps-do-not-meet',
    comment:
      'What ingest, worker and replica do is apart: they talk over the wire only. What two of them ' +
      'need stands in src/domain itself.',
    from: { path: '^src/domain/(ingest|worker|replica)/' },
    to: { path: '^src/domain/(ingest|worker|replica)/', pathNot: '^src/domain/$1/' },
  },
  {
    name: 'inbound-never-calls-outbound',
    comment:
      'A door talks to the domain only. Take what you need as an argument; src/main joins the two.',
    from: { path: '^src/inbound/' },
    to: { path: '^src/outbound/' },
  },
  {
    name: 'outbound-never-calls-inbound',
    comment:
      'What we call must not know who called. Move what both need into src/domain or src/wire.',
    from: { path: '^src/outbound/' },
    to: { path: '^src/inbound/' },
  },
  {
    name: 'adapters-do-not-meet',
    comment:
      'A file of src/inbound or src/outbound uses files of its own technology, which is the first ' +
      'word of its name (postgres-*). Two technologies meet in src/main, behind ports.',
    from: { path: '^src/(inbound|outbound)/([a-z]+)-' },
    to: { path: '^src/$1/', pathNot: '^src/$1/$2-' },
  },
  {
    name: 'wire-knows-only-domain',
    comment:
      'src/wire is what our processes say to each other, and must not know how they are built. ' +
      'It imports src/wire, src/domain and packages.',
    from: { path: '^src/wire/' },
    to: { path: '^src/', pathNot: '^src/(wire|domain)/' },
  },
  {
    name: 'only-main-wires',
    comment:
      'Nothing imports an entry point or its settings. Take the plain value or the port you need ' +
      'as an argument.',
    from: { path: '^(src/|beforehand[.]config)', pathNot: '^src/main/' },
    to: { path: '^src/main/' },
  },
  {
    name: 'servers-belong-to-main',
    comment:
      'src/servers starts private Postgres, RabbitMQ and Nginx for solo, stack and tests. The ' +
      'product itself is given URLs: only src/main and test start servers.',
    from: { path: '^src/', pathNot: '^src/(main|servers)/' },
    to: { path: '^src/servers/' },
  },
  {
    name: 'servers-stand-alone',
    comment:
      'src/servers supervises foreign programs and knows nothing of ours. Pass it ports, paths and ' +
      'text of configuration files.',
    from: { path: '^src/servers/' },
    to: { path: '^src/', pathNot: '^src/servers/' },
  },
];

const authors = [
  {
    name: 'apps-use-the-authors-api',
    comment:
      'Authors build on src/domain/authors.ts and src/domain/config.ts, so that everything else ' +
      'can change without them. Bring your own packages, not those of the platform.',
    from: { path: '^src/apps/' },
    to: {
      pathNot: [
        '^src/apps/',
        '^src/domain/(authors|config)[.]ts$',
        `(^|/)node_modules/(?!(@types/)?(${infrastructure.join('|')})/)`,
      ],
      dependencyTypesNot: ['core'],
    },
  },
  {
    name: 'config-lists-apps',
    comment:
      'beforehand.config.ts lists what authors wrote. Put code into src/apps and import it here.',
    from: { path: '^beforehand[.]config[.]ts$' },
    to: { pathNot: ['^src/apps/', '^src/domain/(authors|config)[.]ts$'] },
  },
  {
    name: 'platform-knows-no-app',
    comment:
      'The platform runs whatever beforehand.config.ts lists. Take a Config as an argument instead ' +
      'of importing an app.',
    from: { path: '^src/', pathNot: '^src/apps/' },
    to: { path: '^src/apps/' },
  },
];

const packages = [
  {
    name: 'postgres-behind-its-port',
    comment:
      'pg and drizzle, their types too, belong to src/outbound/postgres-*. Everyone else uses the ' +
      'ContentStore port.',
    from: { path: '^src/', pathNot: '^src/outbound/postgres-' },
    to: { path: npm(...postgres) },
  },
  {
    name: 'fastify-stays-at-the-door',
    comment:
      'Fastify and its objects stop at src/inbound/http-*. Hand plain values to what is behind.',
    from: { path: '^src/', pathNot: '^src/inbound/http-' },
    to: { path: npm(...fastify) },
  },
  {
    name: 'amqplib-stays-in-the-broker',
    comment:
      'amqplib belongs to src/wire/broker*.ts, so that its pitfalls are handled once. Use what ' +
      'they export.',
    from: { path: '^src/', pathNot: '^src/wire/broker[^/]*[.]ts$' },
    to: { path: npm('amqplib') },
  },
  {
    name: 'lmdb-behind-its-port',
    comment: 'lmdb belongs to src/outbound/lmdb-*. Everyone else uses the RegionStore port.',
    from: { path: '^src/', pathNot: '^src/outbound/lmdb-' },
    to: { path: npm('lmdb') },
  },
  {
    name: 'piscina-behind-its-port',
    comment:
      'piscina belongs to src/outbound/piscina-* and the thread it starts. Everyone else uses the ' +
      'UnitRunner port.',
    from: { path: '^src/', pathNot: '^src/outbound/(piscina-|generator-thread)' },
    to: { path: npm('piscina') },
  },
  {
    name: 'pino-behind-observations',
    comment:
      'Nobody calls a logger. Report a fact with observe(); src/outbound/pino-* decides what ' +
      'becomes a line of the log.',
    from: { path: '^src/', pathNot: '^src/outbound/pino-' },
    to: { path: npm('pino') },
  },
  {
    name: 'src-needs-what-is-installed',
    comment:
      'The image has only "dependencies" and "optionalDependencies" of package.json. List the ' +
      'package there, or import it from test only.',
    from: { path: '^(src/|beforehand[.]config)' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  },
];

const reach = [
  {
    name: 'ingest-stays-thin',
    comment:
      'Ingest accepts events and puts them on the queue. At no depth may it be able to load the ' +
      'database, a region store or what runs generators: cut the import that leads there.',
    from: { path: '^src/main/ingest[.]ts$' },
    to: {
      path: [
        npm(...postgres, 'piscina', 'lmdb'),
        '^src/outbound/(postgres-|piscina-|lmdb-|generator-thread)',
      ],
      reachable: true,
    },
  },
  {
    name: 'replica-stays-local',
    comment:
      'A replica answers from its own disk and holds no password of the database. At no depth may ' +
      'it reach Postgres, generators or the queue of events: cut the import that leads there.',
    from: { path: '^src/main/replica[.]ts$' },
    to: {
      path: [
        npm(...postgres, 'piscina'),
        '^src/outbound/(postgres-|piscina-|generator-thread|amqp-event-publisher)',
        '^src/inbound/amqp-event-consumer',
      ],
      reachable: true,
    },
  },
  {
    name: 'worker-serves-nobody',
    comment:
      'Workers scale with the queue, not with readers, and have no door but the one for health: ' +
      'cut the import that leads to the doors of ingest or of a replica.',
    from: { path: '^src/main/worker[.]ts$' },
    to: { path: '^src/inbound/http-(events|content)', reachable: true },
  },
];

const tidiness = [
  {
    name: 'no-barrels',
    comment:
      'Import the file that says it. An index.ts hides who uses what, from people and these rules.',
    from: { path: '^(src|test)/' },
    to: { path: '/index[.]ts$', pathNot: anyNpm },
  },
  {
    name: 'no-circular',
    comment: 'Two files that need each other are one idea, or hide a third. Types count, too.',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment:
      'No entry point reaches this file: delete it, or name it in entryPoints of ' +
      '.dependency-cruiser.cjs if something starts it.',
    from: { path: entryPoints },
    to: { path: '^src/', pathNot: [...entryPoints, '^src/apps/'], reachable: false },
  },
  {
    name: 'src-never-imports-test',
    comment: 'What the product needs lives in src. Move it there.',
    from: { path: '^(src/|beforehand[.]config)' },
    to: { path: '^(test|bench|scripts)/' },
  },
  {
    name: 'imports-resolve',
    comment: 'This leads nowhere, and no rule can judge what it cannot find. Correct the path.',
    from: { path: '^(src/|beforehand[.]config)' },
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...authors, ...packages, ...reach, ...tidiness].map((rule) => ({
    ...rule,
    severity: 'error',
  })),
  options: {
    doNotFollow: { path: 'node_modules' },
    // A linked node_modules is still called node_modules.
    preserveSymlinks: true,
    // Imports of types count: a port typed by pg is a leak, too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
