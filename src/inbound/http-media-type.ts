// What a Content-Type says, read strictly: a body whose type is in doubt is not taken.

import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './http-problem.ts';

/** A media type, and no parameter but charset=utf-8. */
const pattern = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;

/** Returns the media type in lower case, or `null` when it is malformed or not UTF-8. */
export function readMediaType(contentType: string): string | null {
  return pattern.exec(contentType)?.[1]?.toLowerCase() ?? null;
}

export function isJsonMediaType(mediaType: string): boolean {
  return /^application\/(?:[\w!#$&^.-]+\+)?json$/.test(mediaType);
}

/** Throws `unsupported_encoding` for a body that would have to be decompressed first. */
export function requirePlainBody(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new Problem('unsupported_encoding', 'Send the body as it is, not compressed.');
}
