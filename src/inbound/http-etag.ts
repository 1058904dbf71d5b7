// Validators of what clients read, in the form that Nginx makes from a file's time and size.
//
// Nginx takes the file's modification time as a number; a replica that lays a body down as a file
// sets that time to this hash, so that both give the same body the same validator. 31 bits, because
// some file systems keep no more of a time.

import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** 31 bits, from 0 to 0x7fffffff: also the time, in seconds, of the file a body lies in. */
export function contentHashOf(body: Uint8Array): number {
  return hash('sha256', body, 'buffer').readUInt32BE(0) >>> 1;
}

/** `"<hash>-<bytes>"`, both hexadecimal. Two bodies of equal size share one once in 2³¹ times. */
export function etagOf(body: Uint8Array): string {
  return `"${contentHashOf(body).toString(16)}-${body.length.toString(16)}"`;
}

const anyTag = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Whether If-None-Match names what the client would get; compared weakly (RFC 9110, 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(anyTag)].some(([, tag]) => tag === etag);
}

/** Answers with the body, or 304 to whoever has it. */
export function sendValidated(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, bytes, etag = etagOf(bytes) }: { type: string; bytes: Buffer; etag?: string },
): FastifyReply {
  reply.header('etag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(type).send(bytes);
}
