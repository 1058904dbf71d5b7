// Entry: a rival that publishes a ready message for each request, and answers once it is confirmed.

import { declareQueues, openConnection } from '../ceilings/raw-queues.ts';
import { rivalQueues } from './queues.ts';
import { serveRival } from './rival-server.ts';

const [port, amqpUrl] = process.argv.slice(2) as [string, string];

const raw = rivalQueues(amqpUrl);
const model = await openConnection(amqpUrl);
const channel = await model.createConfirmChannel();
await declareQueues(channel, raw);
const options = { mandatory: true, persistent: true };

await serveRival(Number(port), (body) => {
  return new Promise((resolve, reject) => {
    channel.publish(raw.exchange, 'interactive', body, options, (error) =>
      error ? reject(error) : resolve(),
    );
  });
});
