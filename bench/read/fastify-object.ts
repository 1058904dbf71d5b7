// Entry: a rival that keeps every document as an object and serializes it when it is asked for.

import { documentSchema } from './document-schema.ts';
import { bodyAt, userAt, userCount } from './documents.ts';
import { byUser, serveRival } from './rival-server.ts';

const documents = byUser(userCount, (index) => [userAt(index), JSON.parse(bodyAt(index))]);
const schema = { response: { 200: documentSchema } };

await serveRival((user, reply) => {
  const document = documents.get(user);
  return document === undefined ? reply.code(404).send() : reply.send(document);
}, schema);
