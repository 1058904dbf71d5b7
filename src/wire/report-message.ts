// The message from a replica to any worker: that it lives, and what it has positioned since its last.
//
// Receipts travel as columns, which is half the bytes and how Postgres takes them.

import { Type } from '@sinclair/typebox';
import { isUser } from '../domain/event.ts';
import type { ReplicaReport } from '../domain/receipt.ts';
import {
  fieldsReader,
  readHead,
  readLines,
  requireKey,
  WholeNumber,
  writeHead,
} from './message.ts';
import { refusal } from './refusal.ts';
import { receiptKey, wordPattern } from './topology.ts';

const kind = 'report';

/** Far above what a replica may be set to put into one. */
export const maxReceipts = 10_000;

const Word = Type.String({ pattern: wordPattern.source });
const Column = Type.Array(WholeNumber, { maxItems: maxReceipts });

const readFields = fieldsReader(
  kind,
  Type.Object({
    region: Word,
    instance: Word,
    sentAtMs: WholeNumber,
    isCaughtUp: Type.Boolean(),
    users: Type.Array(Type.String(), { maxItems: maxReceipts }),
    versions: Column,
    positionedAtMs: Column,
  }),
);

export function encodeReport({ receipts, ...head }: ReplicaReport): Buffer {
  return Buffer.from(
    writeHead(kind, {
      ...head,
      users: receipts.map(({ user }) => user),
      versions: receipts.map(({ version }) => version),
      positionedAtMs: receipts.map(({ positionedAtMs }) => positionedAtMs),
    }),
  );
}

/** Throws `rejected` for whatever is not a report of a known schema, or came by another key. */
export function decodeReport(body: Buffer, key: string): ReplicaReport {
  const fields = readFields(readHead(readLines(body)[0] ?? ''));
  const { region, instance, sentAtMs, isCaughtUp, users, versions, positionedAtMs } = fields;
  requireKey(kind, key, receiptKey(region));
  if (versions.length !== users.length || positionedAtMs.length !== users.length) {
    throw refusal(`${kind}: its columns differ in length.`);
  }
  if (!users.every(isUser)) throw refusal(`${kind}: "users" holds what is not a user.`);
  if (new Set(users).size !== users.length) throw refusal(`${kind}: a user is in it twice.`);
  const receipts = users.map((user, index) => ({
    user,
    version: versions[index] as number,
    positionedAtMs: positionedAtMs[index] as number,
  }));
  return { region, instance, sentAtMs, isCaughtUp, receipts };
}
