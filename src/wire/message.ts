// What all messages have in common: JSON with a kind and a schema number, checked before use.

import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { lanes } from '../domain/event.ts';
import { refusal } from './refusal.ts';

/**
 * Raise it when a process of the release before would misread what is written now. Each release
 * reads its own schema and the one before, so that workers and replicas can be updated in any order.
 */
export const schemaNumber = 1;
const oldestSchema = Math.max(1, schemaNumber - 1);

/** Below the broker's own limit (16 MiB from RabbitMQ 4 on), above the largest page we may send. */
export const maxMessageBytes = 12 * 1024 * 1024;

export type Head = { readonly schema: number; readonly kind: string };

/** Numbers here are milliseconds, stamps or versions: never negative and exact in JSON. */
export const WholeNumber = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Text = Type.String({ minLength: 1, maxLength: 64 * 1024 });
/** Opaque, so nothing is known of it but that it is short. */
export const Ticket = Type.String({ minLength: 1, maxLength: 64 });
export const LaneName = Type.Union(lanes.map((lane) => Type.Literal(lane)));

/**
 * Throws `rejected` unless the message came by the key of what it says. The broker lets each region
 * use only keys with its name; what stands in a body is nobody's word.
 */
export function requireKey(kind: string, key: string, expected: string): void {
  if (key !== expected)
    throw refusal(`${kind}: it came by "${key}", and speaks for "${expected}".`);
}

/** Writes the first line of a message; it is the only one of most kinds. */
export function writeHead(kind: string, fields: object): string {
  try {
    return JSON.stringify({ schema: schemaNumber, kind, ...fields });
  } catch (error) {
    throw refusal(`${kind}: cannot be written as JSON.`, error);
  }
}

/** Throws `rejected` unless the line is a JSON object of a schema that this release understands. */
export function readHead(line: string): Head {
  const head = parse(line);
  if (typeof head !== 'object' || head === null) throw refusal('The message is not a JSON object.');
  const { schema, kind } = head as { schema?: unknown; kind?: unknown };
  if (typeof kind !== 'string') throw refusal('The message has no kind.');
  const isUnderstood = Number(schema) >= oldestSchema && Number(schema) <= schemaNumber;
  if (!Number.isInteger(schema) || !isUnderstood) {
    const known = `${oldestSchema} to ${schemaNumber}`;
    throw refusal(`${kind}: schema ${JSON.stringify(schema)} is unknown; known are ${known}.`);
  }
  return head as Head;
}

/** Returns a function that takes a head for what it must be, or throws `rejected`. */
export function fieldsReader<Fields extends TSchema>(
  kind: string,
  fields: Fields,
): (head: Head) => Static<Fields> {
  const check = TypeCompiler.Compile(fields);
  return (head) => {
    if (head.kind !== kind) throw refusal(`Expected the kind "${kind}", got "${head.kind}".`);
    if (check.Check(head)) return head;
    const problem = check.Errors(head).First();
    throw refusal(`${kind}: ${problem?.path ?? ''} ${problem?.message ?? 'is not valid'}.`);
  };
}

/** Splits a message into its lines, each a string of its own that does not keep the others alive. */
export function readLines(body: Buffer): string[] {
  if (body.length > maxMessageBytes) throw refusal(`The message has ${body.length} bytes.`);
  const lines: string[] = [];
  for (let from = 0; from <= body.length; ) {
    const newline = body.indexOf('\n', from);
    const to = newline === -1 ? body.length : newline;
    lines.push(body.toString('utf8', from, to));
    from = to + 1;
  }
  return lines;
}

export function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw refusal('The message is not JSON.', error);
  }
}
