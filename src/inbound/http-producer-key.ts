// Who sends a request: the producer whose key is in Authorization.

import type { FastifyRequest } from 'fastify';
import type { Producer, ProducerKeys } from '../domain/ingest/producer.ts';
import { Problem } from './http-problem.ts';

const headers = { 'www-authenticate': 'Bearer realm="producers"' };

/** Throws `unauthorized`. Why a key is not valid is nobody's business. */
export function authenticateProducer(keys: ProducerKeys, request: FastifyRequest): Producer {
  const [, keyText] =
    /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '') ?? [];
  const producer = keyText === undefined ? null : keys.find(keyText);
  if (producer !== null) return producer;
  const detail = 'Send Authorization: Bearer and a key that is valid now.';
  throw new Problem('unauthorized', detail, { headers });
}
