// JSON from outside, checked for what breaks those behind us although it parses.

import type { Json } from '../domain/json.ts';
import { flawIn } from '../domain/json-flaws.ts';
import { Problem } from './http-problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Turns bytes into JSON, or throws a `malformed_request`: not UTF-8, not JSON, keys that would
 * change a prototype, nested deeper than `maxDepth`, text or numbers that cannot be kept.
 */
export function parseJsonBody(bytes: Uint8Array, maxDepth: number): Json {
  const json = parse(decode(bytes));
  const flaw = flawIn(json, maxDepth);
  if (flaw !== null) throw new Problem('malformed_request', flaw);
  return json;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw malformed('The body is not UTF-8.', error);
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('The body is not JSON.', error);
  }
}

function malformed(detail: string, cause: unknown): Problem {
  return new Problem('malformed_request', detail, { cause });
}
