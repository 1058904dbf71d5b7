// Who may import whom. A rule's comment is what a person reads who has just broken it, so it says
// why the rule is there and what to do. test/import-rules.test.ts breaks each of them on purpose.

const { atAnyDepth, except, forbid, npm } = require('./scripts/import-rule.cjs');
const {
  divkit,
  fastify,
  packages,
  postgres,
  product,
  threads,
} = require('./scripts/package-rules.cjs');

const anyNpm = '(^|/)node_modules/';

/** What the platform is built on. Authors' code must not depend on our choice of it. */
const infrastructure = [
  ...[...postgres, ...fastify, 'amqplib', 'lmdb'],
  ...['pino', 'prom-client', 'jose', 'ajv', 'ajv-formats'],
];

/** Files that a process, a thread or a person starts; everything else must be reached from one. */
const entryPoints = [
  '^src/main/(ingest|worker|replica|operator|migrate|solo|stack|token|cli|psql)[.]ts$',
  '^src/(main/container-(setup|nginx-setup|logins|service-key)|outbound/thread-entry)[.]ts$',
  '^(beforehand|home)[.]config[.]ts$',
  // For whoever runs the platform without Postgres or threads, and for every fast test.
  '^src/outbound/memory-(content-store|positions|region-store|unit-runner)[.]ts$',
  // drizzle-kit reads it, to write migrations.
  '^src/outbound/postgres-schema[.]ts$',
];

const config = '^(beforehand|home)[.]config[.]ts$';
const authorsApi = '^src/domain/(authors|config)[.]ts$';
const step = '^src/domain/(ingest|worker|replica)/';
const adapter = '^src/(inbound|outbound)/([a-z]+)-';
const doors = '^src/inbound/http-(events|client-events|content|page)';

const layers = [
  forbid('domain-is-pure', '^src/domain/', { pathNot: ['^src/domain/', '^(node:)?assert$'] }, [
    'The domain says what we do, not with what. Describe what you need as a port in',
    'src/domain/ports.ts and write the adapter in src/outbound.',
  ]),
  forbid('steps-do-not-meet', step, except(step, '^src/domain/$1/'), [
    'What ingest, worker and replica do is apart: they talk over the wire only. What two of them',
    'need stands in src/domain itself.',
  ]),
  forbid('inbound-never-calls-outbound', '^src/inbound/', '^src/outbound/', [
    'A door talks to the domain only. Take what you need as an argument; src/main joins the two.',
  ]),
  forbid('outbound-never-calls-inbound', '^src/outbound/', '^src/inbound/', [
    'What we call must not know who called. Move what both need into src/domain or src/wire.',
  ]),
  forbid('adapters-do-not-meet', adapter, except('^src/$1/', '^src/$1/$2-'), [
    'A file of src/inbound or src/outbound uses files of its own technology, which is the first',
    'word of its name (postgres-*). Two technologies meet in src/main, behind ports.',
  ]),
  forbid('wire-knows-only-domain', '^src/wire/', except('^src/', '^src/(wire|domain)/'), [
    'src/wire is what our processes say to each other, and must not know how they are built.',
    'It imports src/wire, src/domain and packages.',
  ]),
  forbid('only-main-wires', except(product, '^src/main/'), '^src/main/', [
    'Nothing imports an entry point or its settings. Take the plain value or the port you need',
    'as an argument.',
  ]),
  forbid('servers-belong-to-main', except('^src/', '^src/(main|servers)/'), '^src/servers/', [
    'src/servers starts private Postgres, RabbitMQ and Nginx for solo, stack and tests. The',
    'product itself is given URLs: only src/main and test start servers.',
  ]),
  forbid('servers-stand-alone', '^src/servers/', except('^src/', '^src/servers/'), [
    'src/servers supervises foreign programs and knows nothing of ours. Pass it ports, paths and',
    'text of configuration files.',
  ]),
];

const notOfThePlatform = `${anyNpm}(?!(@types/)?(${infrastructure.join('|')})/)`;
const authorsMayUse = {
  pathNot: ['^src/apps/', authorsApi, notOfThePlatform],
  dependencyTypesNot: ['core'],
};

const authors = [
  forbid('apps-use-the-authors-api', '^src/apps/', authorsMayUse, [
    'Authors build on src/domain/authors.ts and src/domain/config.ts, so that everything else',
    'can change without them. Bring your own packages, not those of the platform.',
  ]),
  forbid('config-lists-apps', config, { pathNot: ['^src/apps/', authorsApi] }, [
    'A configuration lists what authors wrote. Put code into src/apps and import it here.',
  ]),
  forbid('platform-knows-no-app', except('^src/', '^src/apps/'), '^src/apps/', [
    'The platform runs whatever a configuration lists. Take a Config as an argument instead',
    'of importing an app.',
  ]),
];

/** What runs generators, and the database that they fill. */
const heavy = ['^src/outbound/(postgres-|thread-)', npm(...postgres), threads];
const regionStore = ['^src/outbound/lmdb-', npm('lmdb')];
const eventQueue = ['^src/outbound/amqp-event-publisher', '^src/inbound/amqp-event-consumer'];

const reach = [
  forbid('ingest-stays-thin', '^src/main/ingest[.]ts$', atAnyDepth(...heavy, ...regionStore), [
    'Ingest accepts events and puts them on the queue. At no depth may it be able to load the',
    'database, a region store or what runs generators: cut the import that leads there.',
  ]),
  forbid('replica-stays-local', '^src/main/replica[.]ts$', atAnyDepth(...heavy, ...eventQueue), [
    'A replica answers from its own disk and holds no password of the database. At no depth may',
    'it reach Postgres, generators or the queue of events: cut the import that leads there.',
  ]),
  forbid('worker-serves-nobody', '^src/main/worker[.]ts$', atAnyDepth(doors), [
    'Workers scale with the queue, not with readers, and have no door but the one for health:',
    'cut the import that leads to the doors of ingest or of a replica.',
  ]),
];

const unreached = { ...except('^src/', ...entryPoints, '^src/apps/'), reachable: false };

const demo = '^src/(inbound/http-demo|main/solo-demo)';
const deployed = '^src/main/(ingest|worker|replica|operator|stack)[.]ts$';

const pages = [
  forbid('pages-stand-alone', '^web/', { pathNot: ['^web/', npm(divkit)] }, [
    'A browser knows no file of src, and no package but the one that draws cards. Ask a door.',
  ]),
  forbid('src-never-imports-pages', product, '^web/', [
    'What runs in a browser runs nowhere else. src serves these files as bytes.',
  ]),
  forbid('demo-stays-in-solo', deployed, atAnyDepth(demo), [
    'The back end of the demo gives tokens to whoever sits at this machine. No process that is',
    'deployed may be able to serve it: cut the import that leads there.',
  ]),
];

const tidiness = [
  forbid('no-barrels', '^(src|test)/', except('/index[.]ts$', anyNpm), [
    'Import the file that says it. An index.ts hides who uses what, from people and these rules.',
  ]),
  forbid('no-circular', '^src/', { circular: true }, [
    'Two files that need each other are one idea, or hide a third. Types count, too.',
  ]),
  forbid('no-orphans', { path: entryPoints }, unreached, [
    'No entry point reaches this file: delete it, or name it in entryPoints of',
    '.dependency-cruiser.cjs if something starts it.',
  ]),
  forbid('src-never-imports-test', product, '^(test|bench|scripts)/', [
    'What the product needs lives in src. Move it there.',
  ]),
  forbid('imports-resolve', product, { couldNotResolve: true }, [
    'This leads nowhere, and no rule can judge what it cannot find. Correct the path.',
  ]),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...authors, ...packages, ...reach, ...pages, ...tidiness],
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
