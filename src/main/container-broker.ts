// What RabbitMQ is told at its start in containers: who may do what, and which queues there are.

import { createHash, randomBytes } from 'node:crypto';
import { createTopology, type QueueSpec } from '../wire/topology.ts';

/** RabbitMQ's definitions, as far as these are filled. */
export type BrokerDefinitions = ReturnType<typeof brokerDefinitions>;

export type BrokerLogin = {
  name: string;
  password: string;
  tags: readonly string[];
  /** Regular expressions of the names that it may make, write to and read from. */
  permissions: { configure: string; write: string; read: string };
  /** The same of the keys of a topic exchange. An exchange that is not named here is not bounded. */
  topics: readonly { exchange: string; write: string; read: string }[];
};

const nothing = '^$';
const { exchanges, declared } = createTopology('');
const oneOf = (...names: string[]) => `^(${names.join('|').replaceAll('.', '\\.')})$`;

/** The queues of the common topology, and its exchanges: whoever consumes events declares them. */
const common = [...Object.values(exchanges), ...declared.map(({ name }) => name)];

/** `passwords` has one for each of them: admin, ingest, worker, operator, and replica-REGION. */
export function brokerLogins(
  regions: readonly string[],
  passwords: { readonly [login: string]: string },
): BrokerLogin[] {
  const login = (name: string, rest: Omit<BrokerLogin, 'name' | 'password'>): BrokerLogin => {
    const password = passwords[name];
    if (password === undefined) throw new Error(`There is no password for ${name} on the broker.`);
    return { name, password, ...rest };
  };
  const all = { configure: '.*', write: '.*', read: '.*' };
  return [
    login('admin', { tags: ['administrator'], permissions: all, topics: [] }),
    login('ingest', ofIngest),
    login('worker', {
      tags: [],
      // A queue with dead letters may be declared only by who may write to where these go.
      permissions: {
        configure: oneOf(...common),
        write: oneOf('amq.default', ...common),
        read: oneOf(...common),
      },
      topics: [],
    }),
    login('operator', {
      tags: ['monitoring'],
      permissions: { configure: nothing, write: nothing, read: nothing },
      topics: [],
    }),
    ...regions.map((region) => login(`replica-${region}`, ofReplica(region))),
  ];
}

/** It publishes events, and hears the time in a queue of its own. */
const ofIngest = {
  tags: [],
  permissions: {
    configure: '^clock\\..+$',
    write: '^(events|clock\\..+)$',
    read: '^clock(\\..+)?$',
  },
  topics: [
    { exchange: exchanges.events, write: '^(interactive|bulk)$', read: nothing },
    { exchange: exchanges.clock, write: nothing, read: '^now$' },
  ],
} satisfies Omit<BrokerLogin, 'name' | 'password'>;

/** It reads what is for its region, into queues of its own, and asks in the name of its region. */
function ofReplica(region: string): Omit<BrokerLogin, 'name' | 'password'> {
  const own = `(content|pages|overflow)\\.${region}\\..+`;
  return {
    tags: [],
    permissions: {
      configure: `^${own}$`,
      write: `^(${exchanges.edge}|${own})$`,
      read: `^(${exchanges.content}|${exchanges.edge}|${own})$`,
    },
    topics: [
      {
        exchange: exchanges.content,
        write: nothing,
        read: `^((interactive|bulk)\\.#\\.(${region}|all)\\.#|instance\\.${region}-[A-Za-z0-9_-]+)$`,
      },
      {
        exchange: exchanges.edge,
        // Whatever it asks or reports, the region stands second.
        write: `^[a-z]+\\.${region}(\\.[A-Za-z0-9_-]+)?$`,
        read: `^(marker|overflow)\\.${region}\\.[A-Za-z0-9_-]+$`,
      },
    ],
  };
}

const vhost = '/';

/** Exchanges and queues as well: an ingest takes events though no worker was ever there. */
export function brokerDefinitions(logins: readonly BrokerLogin[]) {
  const lasting = { vhost, durable: true, auto_delete: false };
  return {
    vhosts: [{ name: vhost }],
    users: logins.map(({ name, password, tags }) => ({
      name,
      password_hash: hashOf(password),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags,
    })),
    permissions: logins.map(({ name, permissions }) => ({ user: name, vhost, ...permissions })),
    topic_permissions: logins.flatMap(({ name, topics }) =>
      topics.map((topic) => ({ user: name, vhost, ...topic })),
    ),
    exchanges: Object.values(exchanges).map((name) => ({
      ...{ name, ...lasting, type: 'topic', internal: false, arguments: {} },
    })),
    queues: declared.map((queue) => ({
      ...{ name: queue.name, ...lasting, arguments: queue.arguments },
    })),
    bindings: declared.flatMap(bindingsOf),
  };
}

function bindingsOf({ name, bindings }: QueueSpec) {
  return bindings.map(({ exchange, pattern }) => ({
    ...{ source: exchange, vhost, destination: name, destination_type: 'queue' },
    ...{ routing_key: pattern, arguments: {} },
  }));
}

/** As RabbitMQ keeps it: four bytes of salt, then the hash of them and the password. */
function hashOf(password: string): string {
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}
