// The message from ingest to the workers: one accepted event.

import { Type } from '@sinclair/typebox';
import { type AcceptedEvent, isUser } from '../domain/event.ts';
import type { Json } from '../domain/json.ts';
import {
  fieldsReader,
  LaneName,
  readHead,
  readLines,
  Text,
  Ticket,
  WholeNumber,
  writeHead,
} from './message.ts';
import { refusal } from './refusal.ts';

const kind = 'event';

const readFields = fieldsReader(
  kind,
  Type.Object({
    source: Text,
    id: Text,
    type: Text,
    user: Type.Union([Type.String(), Type.Null()]),
    lane: LaneName,
    stamp: WholeNumber,
    ticket: Ticket,
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    acceptedAtMs: WholeNumber,
    data: Type.Unknown(),
  }),
);

export function encodeEvent(event: AcceptedEvent): Buffer {
  return Buffer.from(writeHead(kind, event));
}

/** Throws `rejected` for whatever is not an event of a known schema. */
export function decodeEvent(body: Buffer): AcceptedEvent {
  const fields = readFields(readHead(readLines(body)[0] ?? ''));
  const { source, id, type, user, lane, stamp, ticket, digest, acceptedAtMs } = fields;
  if (user !== null && !isUser(user)) throw refusal(`${kind}: "user" is not a user.`);
  // What came out of JSON.parse is JSON.
  const data = fields.data as Json;
  return { source, id, type, user, lane, stamp, ticket, digest, acceptedAtMs, data };
}
