// The message from a replica to any worker: a read found nothing in this slot, make something for it.

import { Type } from '@sinclair/typebox';
import type { ContentRequest } from '../domain/content-request.ts';
import { isUser } from '../domain/event.ts';
import { fieldsReader, readHead, readLines, Text, WholeNumber, writeHead } from './message.ts';
import { refusal } from './refusal.ts';

const kind = 'content_request';

const readFields = fieldsReader(
  kind,
  Type.Object({ user: Type.String(), slot: Text, basis: WholeNumber }),
);

export function encodeContentRequest({ user, slot, basis }: ContentRequest): Buffer {
  return Buffer.from(writeHead(kind, { user, slot, basis }));
}

/** Throws `rejected` for whatever is not a request for content of a known schema. */
export function decodeContentRequest(body: Buffer): ContentRequest {
  const { user, slot, basis } = readFields(readHead(readLines(body)[0] ?? ''));
  if (!isUser(user)) throw refusal(`${kind}: "user" is not a user.`);
  return { user, slot, basis };
}
