// How the operator process learns what waits on the broker.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { isUnavailable } from '../../src/domain/errors.ts';
import { type QueueWatch, watchQueues } from '../../src/wire/broker-queue-depths.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';

const replicas = [
  { region: 'eu', instance: 'eu-1' },
  { region: 'us', instance: 'never-there' },
];
let namespace: BrokerNamespace;
let watch: QueueWatch;

const options = { heartbeatS: 10, connectTimeoutMs: 5_000, maxRetryPauseMs: 100 };
beforeAll(async () => {
  namespace = await openBrokerNamespace([{ region: 'eu', instance: 'eu-1' }]);
  const broker = namespace.open();
  await broker.whenConnected();
  // As a replica's own declaration does.
  const { interactive } = namespace.topology.replicaQueues(
    { region: 'eu', instance: 'eu-1' },
    { maxMessages: 10, maxBytes: 10_000 },
  );
  await namespace.operator.assertQueue(interactive.name, { arguments: interactive.arguments });
  watch = watchQueues({
    ...{ ...options, url: namespace.url, replicas, observe: () => {} },
    namespace: namespace.topology.exchanges.events.replace(/[.]events$/, ''),
  });
});
afterAll(async () => {
  await watch.close();
  await namespace.drop();
});

const notThere = [
  ...['content.eu.eu-1.bulk', 'pages.eu.eu-1', 'content.us.never-there.interactive'],
  ...['content.us.never-there.bulk', 'pages.us.never-there'],
];

it('tells what waits in each queue, if it is there, by names without the installation’s', async () => {
  const { prepare } = namespace.topology.queues;
  namespace.operator.sendToQueue(prepare.bulk, Buffer.from('{}'));
  namespace.operator.sendToQueue(prepare.bulk, Buffer.from('{}'));
  const depths = async () => {
    const found = await watch.read().catch(() => []);
    return Object.fromEntries(found.map(({ name, messages }) => [name, messages]));
  };
  await expect.poll(depths).toEqual({
    'events.dead': 0,
    'prepare.interactive': 0,
    'prepare.bulk': 2,
    'edge.pages': 0,
    'edge.receipts': 0,
    'edge.requested': 0,
    'content.eu.eu-1.interactive': 0,
    ...Object.fromEntries(notThere.map((name) => [name, null])),
  });
});

it('is unavailable where no broker is', async () => {
  const url = 'amqp://guest:guest@127.0.0.1:1/';
  const away = watchQueues({ ...options, url, namespace: '', replicas: [], observe: () => {} });
  await expect(away.read()).rejects.toSatisfy(isUnavailable);
  expect(away.isConnected()).toBe(false);
  await away.close();
});
