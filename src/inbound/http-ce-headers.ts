// CloudEvents binary mode: attributes in ce- headers, the data in the body.

import type { IncomingHttpHeaders } from 'node:http';
import { isKeepable } from '../domain/json-flaws.ts';
import { Problem } from './http-problem.ts';

const prefix = 'ce-';

/** The spec keeps these names for the body and for Content-Type. */
const notHeaders = new Set(['data', 'data_base64', 'datacontenttype']);

export type CeAttributes = {
  attributes: { [name: string]: string };
  /** Of the headers that held them. */
  bytes: number;
};

/** Reads the attributes, percent-decoded once, or throws a `malformed_event`. */
export function readCeHeaders(headers: IncomingHttpHeaders): CeAttributes {
  const attributes: { [name: string]: string } = Object.create(null);
  let bytes = 0;
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(prefix) || typeof value !== 'string') continue;
    const name = header.slice(prefix.length);
    if (notHeaders.has(name)) {
      throw new Problem('malformed_event', `Binary mode has no header ${header}.`);
    }
    attributes[name] = decodeValue(header, value);
    bytes += header.length + value.length;
  }
  return { attributes, bytes };
}

function decodeValue(header: string, value: string): string {
  // Printable ASCII is all that a sender may leave as it is.
  if (!/^[\x20-\x7e]*$/.test(value)) throw malformed(header);
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const text = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
  try {
    const decoded = decodeURIComponent(text);
    if (isKeepable(decoded)) return decoded;
  } catch {
    // Not percent-encoded UTF-8: answered below.
  }
  throw malformed(header);
}

function malformed(header: string): Problem {
  return new Problem('malformed_event', `The header ${header} is not percent-encoded text.`);
}
