// The exchanges and queues between our processes, as data. Every process declares all of it before
// it publishes, so that none depends on another having been there first (BEFOREHAND_AMQP_DECLARE).
//
// Arguments of a queue can never change once it exists, and they are the same on RabbitMQ 3.10 and
// 4.x. Lengths here are ceilings: an operator lowers them by policy (the smaller of both counts).

import { type Lane, lanes } from '../domain/event.ts';

/** What may stand between two dots of a name or key: never a dot, nor the wildcards * and #. */
export const wordPattern = /^[A-Za-z0-9_-]{1,64}$/;

export type QueueSpec = {
  name: string;
  arguments: { readonly [argument: string]: string | number };
  bindings: readonly { exchange: string; pattern: string }[];
  /** It lives in memory, and goes with the connection that declared it. */
  isExclusive?: true;
};

export type Topology = ReturnType<typeof createTopology>;

export type LaneLimits = { maxMessages: number; maxBytes: number };

const gib = 1024 ** 3;
const dayMs = 24 * 60 * 60 * 1000;

/** Redeliveries after which the broker takes a message away; 4.x has the same default. */
export const deliveryLimit = 20;

/** A replica that waits longer has asked again, or its reader has gone. */
const requestTtlMs = 60_000;

/** As long as Postgres may be away before receipts are lost, which are said again one day. */
const receiptTtlMs = 15 * 60_000;

/** `namespace` keeps installations apart that share a virtual host; empty for none. */
export function createTopology(namespace: string) {
  const name = (text: string) => (namespace === '' ? text : `${word(namespace)}.${text}`);
  const exchanges = {
    events: name('events'),
    content: name('content'),
    edge: name('edge'),
    clock: name('clock'),
  };
  const queues = {
    prepare: { interactive: name('prepare.interactive'), bulk: name('prepare.bulk') },
    dead: name('events.dead'),
    pages: name('edge.pages'),
    requested: name('edge.requested'),
    receipts: name('edge.receipts'),
  };
  return {
    exchanges,
    queues,
    /** The queues that every process declares. */
    declared: [
      deadEvents(queues.dead),
      ...lanes.map((lane) => prepare(queues.prepare[lane], lane, exchanges.events, queues.dead)),
      fromEdge(queues.pages, exchanges.edge, {
        ...{ pattern: 'pages.#', maxMessages: 1_000, ttlMs: requestTtlMs },
      }),
      fromEdge(queues.requested, exchanges.edge, {
        ...{ pattern: 'requested.#', maxMessages: 10_000, ttlMs: requestTtlMs },
      }),
      fromEdge(queues.receipts, exchanges.edge, {
        ...{ pattern: 'receipts.#', maxMessages: 10_000, ttlMs: receiptTtlMs },
      }),
    ] satisfies QueueSpec[],
    replicaQueues: (replica: { region: string; instance: string }, limits: LaneLimits) =>
      replicaQueues({ name, ...exchanges }, replica, limits),
  };
}

/** Key of an event. Its queue is bound with `<lane>.#`, which leaves room for more words. */
export const eventKey = (lane: Lane): string => lane;

/** Key of content for every region: the word `all` stands where regions would. */
export const contentKey = (lane: Lane): string => `${lane}.all`;

/** Key of what is for one replica instance only. */
export const instanceKey = (instance: string): string => `instance.${word(instance)}`;

export const pageRequestKey = (region: string): string => `pages.${word(region)}`;

export const contentRequestKey = (region: string): string => `requested.${word(region)}`;

/** Key of what a replica sends to itself: behind what its interactive queue holds. */
export const markerKey = (region: string, instance: string): string =>
  `marker.${word(region)}.${word(instance)}`;

export const receiptKey = (region: string): string => `receipts.${word(region)}`;

/** The queues of one replica instance, which it declares itself. Each is dropped when a day idle. */
function replicaQueues(
  { name, content, edge }: { name: (text: string) => string; content: string; edge: string },
  { region, instance }: { region: string; instance: string },
  limits: LaneLimits,
) {
  const owner = `${word(region)}.${word(instance)}`;
  const overflow = name(`overflow.${owner}`);
  // Dropping content is safe because replicas heal; a dropped message becomes the notice of it.
  const bounded = {
    'x-queue-type': 'quorum',
    'x-overflow': 'drop-head',
    'x-max-length': limits.maxMessages,
    'x-max-length-bytes': limits.maxBytes,
    'x-expires': dayMs,
    'x-delivery-limit': deliveryLimit,
    // Not the default exchange: whoever may use that may write to every queue.
    'x-dead-letter-exchange': edge,
    'x-dead-letter-routing-key': `overflow.${owner}`,
  };
  const lane = (lane: Lane): QueueSpec => ({
    name: name(`content.${owner}.${lane}`),
    arguments: bounded,
    bindings: [region, 'all'].map((region) => ({
      exchange: content,
      pattern: `${lane}.#.${region}.#`,
    })),
  });
  const marker = { exchange: edge, pattern: markerKey(region, instance) };
  const interactive = lane('interactive');
  return {
    interactive: { ...interactive, bindings: [...interactive.bindings, marker] },
    bulk: lane('bulk'),
    pages: {
      name: name(`pages.${owner}`),
      // Durable like the rest, so that a snapshot goes on after a lost connection.
      arguments: bounded,
      bindings: [{ exchange: content, pattern: instanceKey(instance) }],
    } satisfies QueueSpec,
    overflow: {
      name: overflow,
      arguments: {
        'x-queue-type': 'quorum',
        'x-overflow': 'drop-head',
        'x-max-length': 1,
        'x-expires': dayMs,
      },
      bindings: [{ exchange: edge, pattern: `overflow.${owner}` }],
    } satisfies QueueSpec,
  };
}

function prepare(name: string, lane: Lane, exchange: string, dead: string): QueueSpec {
  return {
    name,
    arguments: {
      'x-queue-type': 'quorum',
      // A full queue refuses the publish, and ingest says 503: nothing accepted is ever dropped.
      'x-overflow': 'reject-publish',
      'x-max-length-bytes': 8 * gib,
      'x-delivery-limit': deliveryLimit,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': dead,
      // A dead letter leaves its queue only once the other has confirmed it.
      'x-dead-letter-strategy': 'at-least-once',
    },
    bindings: [{ exchange, pattern: `${lane}.#` }],
  };
}

function deadEvents(name: string): QueueSpec {
  return {
    name,
    arguments: {
      'x-queue-type': 'quorum',
      'x-overflow': 'reject-publish',
      'x-max-length-bytes': gib,
      // While Postgres is away they come back and back: there is no queue behind this one.
      'x-delivery-limit': 1_000_000,
    },
    bindings: [],
  };
}

/** What replicas tell and ask the workers. The eldest may go: saying it again is the replica's own doing. */
function fromEdge(
  name: string,
  exchange: string,
  limits: { pattern: string; maxMessages: number; ttlMs: number },
): QueueSpec {
  return {
    name,
    arguments: {
      'x-queue-type': 'quorum',
      'x-overflow': 'drop-head',
      'x-max-length': limits.maxMessages,
      'x-message-ttl': limits.ttlMs,
      'x-delivery-limit': deliveryLimit,
    },
    bindings: [{ exchange, pattern: limits.pattern }],
  };
}

function word(text: string): string {
  if (wordPattern.test(text)) return text;
  throw new Error(`"${text}" must match ${wordPattern.source} to be part of a queue's name.`);
}
