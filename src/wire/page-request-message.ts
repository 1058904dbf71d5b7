// The message from a replica to any worker: send me the page of the snapshot after this user.

import { Type } from '@sinclair/typebox';
import type { PageRequest } from '../domain/ports.ts';
import { fieldsReader, readHead, readLines, requireKey, Text, writeHead } from './message.ts';
import { pageRequestKey, wordPattern } from './topology.ts';

const kind = 'page_request';

const Word = Type.String({ pattern: wordPattern.source });

const readFields = fieldsReader(
  kind,
  Type.Object({
    instance: Word,
    region: Word,
    snapshotId: Text,
    after: Type.Union([Text, Type.Null()]),
  }),
);

export function encodePageRequest({ instance, region, snapshotId, after }: PageRequest): Buffer {
  return Buffer.from(writeHead(kind, { instance, region, snapshotId, after }));
}

/** Throws `rejected` for whatever is not a page request of a known schema, or came by another key. */
export function decodePageRequest(body: Buffer, key: string): PageRequest {
  const fields = readFields(readHead(readLines(body)[0] ?? ''));
  const { instance, region, snapshotId, after } = fields;
  requireKey(kind, key, pageRequestKey(region));
  return { instance, region, snapshotId, after };
}
