// Entry: publishes ready bytes, each with a confirm of its own, as fast as they are confirmed.

import { readSettings } from '../../src/main/settings.ts';
import { workerSettings } from '../../src/main/worker-settings.ts';
import { encodeBundle } from '../../src/wire/bundle-message.ts';
import { encodeEvent } from '../../src/wire/event-message.ts';
import { splitBundle } from '../../src/wire/split-bundle.ts';
import { servePart } from './part.ts';
import { declareQueues, openConnection, type RawQueues } from './raw-queues.ts';
import { documentsOf, eventsOf, inBatches } from './samples.ts';

export type PublisherGiven = RawQueues & {
  what: 'events' | 'bundles';
  run: string;
  /** Of events or of documents. */
  count: number;
  /** Messages that wait for their confirm at a time. */
  window: number;
};

/** Tells those that consume that nothing comes behind it. */
const lastMessage = Buffer.alloc(0);

await servePart<PublisherGiven>(async (given) => {
  const { amqpUrl, exchange, what, run, count, window } = given;
  const bodies = what === 'events' ? eventBodies(run, count) : await bundleBodies(run, count);
  const model = await openConnection(amqpUrl);
  const channel = await model.createConfirmChannel();
  await declareQueues(channel, given);
  const publish = (body: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const options = { mandatory: true, persistent: true };
      channel.publish(exchange, 'interactive.all', body, options, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  let next = 0;
  const publishInTurn = async () => {
    while (next < bodies.length) await publish(bodies[next++] as Buffer);
  };
  return {
    async run() {
      await Promise.all(Array.from({ length: window }, publishInTurn));
      await publish(lastMessage);
    },
    end: () => model.close(),
  };
});

function eventBodies(run: string, count: number): Buffer[] {
  return eventsOf(run, count).map(encodeEvent);
}

/** Cut as a worker cuts them. */
async function bundleBodies(run: string, count: number): Promise<Buffer[]> {
  const { maxBundleDocuments, maxBundleBytes } = workerSettings;
  const limits = readSettings({ maxDocuments: maxBundleDocuments, maxBytes: maxBundleBytes }, {});
  return inBatches(await documentsOf(run, count))
    .map((documents) => {
      const tickets = documents.flatMap(({ slots }) => slots.map(({ event }) => event.id));
      const resolved = tickets.map((ticket) => ({ ticket, outcome: 'stored' as const }));
      return { lane: 'interactive', documents, generic: [], resolved } as const;
    })
    .flatMap((bundle) => splitBundle(bundle, limits))
    .map(encodeBundle);
}
