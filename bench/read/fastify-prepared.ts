// Entry: a rival that keeps every finished body in memory and only sends it.

import { bodyAt, userAt, userCount } from './documents.ts';
import { byUser, jsonType, serveRival } from './rival-server.ts';

const bodies = byUser(userCount, (index) => [userAt(index), bodyAt(index)]);

await serveRival((user, reply) => {
  const body = bodies.get(user);
  if (body === undefined) return reply.code(404).send();
  return reply.header('content-type', jsonType).send(body);
});
