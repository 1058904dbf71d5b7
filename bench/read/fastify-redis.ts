// Entry: a rival that keeps finished bodies in Redis and gets one for each request.

import { Redis } from 'ioredis';
import { bodyAt, userAt, userCount } from './documents.ts';
import { jsonType, serveRival } from './rival-server.ts';

// Commands of one turn of the event loop go out together, which is worth a lot under load.
const redis = new Redis({ path: String(process.argv[4]), enableAutoPipelining: true });

const keyOf = (user: string) => `content:${user}`;

for (let from = 0; from < userCount; from += 1_000) {
  const indexes = Array.from({ length: 1_000 }, (_, at) => from + at);
  await redis.mset(new Map(indexes.map((index) => [keyOf(userAt(index)), bodyAt(index)])));
}

await serveRival(async (user, reply) => {
  const body = await redis.get(keyOf(user));
  if (body === null) return reply.code(404).send();
  return reply.header('content-type', jsonType).send(body);
});
