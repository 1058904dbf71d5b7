// The message from a worker to one replica instance: a page of a snapshot it asked for.

import { Type } from '@sinclair/typebox';
import type { SnapshotPage } from '../domain/document.ts';
import { contentFields, readContent, writeContent } from './content-lines.ts';
import { fieldsReader, readHead, readLines, Text, writeHead } from './message.ts';

const kind = 'page';

const readFields = fieldsReader(
  kind,
  Type.Object({
    snapshotId: Text,
    ...contentFields,
    next: Type.Union([Text, Type.Null()]),
  }),
);

export function encodePage(page: SnapshotPage): Buffer {
  const { head, lines } = writeContent(page);
  const { snapshotId, next } = page;
  return Buffer.from([writeHead(kind, { snapshotId, next, ...head }), ...lines].join('\n'));
}

/** Throws `rejected` for whatever is not a page of a known schema. */
export function decodePage(body: Buffer): SnapshotPage {
  const [line = '', ...lines] = readLines(body);
  const fields = readFields(readHead(line));
  const { snapshotId, next } = fields;
  return { snapshotId, next, ...readContent(fields, lines) };
}
