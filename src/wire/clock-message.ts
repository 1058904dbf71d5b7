// The message from a worker to every ingest: what Postgres's clock showed a moment ago.

import { Type } from '@sinclair/typebox';
import { fieldsReader, readHead, readLines, WholeNumber, writeHead } from './message.ts';

const kind = 'clock';

const readFields = fieldsReader(kind, Type.Object({ unixMs: WholeNumber }));

export function encodeClock(unixMs: number): Buffer {
  return Buffer.from(writeHead(kind, { unixMs }));
}

/** Throws `rejected` for whatever is not a clock of a known schema. */
export function decodeClock(body: Buffer): number {
  return readFields(readHead(readLines(body)[0] ?? '')).unixMs;
}
