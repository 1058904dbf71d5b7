// The ticket: the name of an event that a producer can hand to its client.

import { hash } from 'node:crypto';
import { isPlatformSource } from '../domain/reserved-sources.ts';

/** 128 bits: no two events of one installation share a ticket. */
const ticketBytes = 16;

/**
 * Returns 22 characters of base64url, the same for every POST of the same source and id. A ticket is
 * a name and no secret: whoever knows or guesses source and id can compute it, and a read after it
 * then tells them whether that event was settled in the last minutes. It tells nothing else, and
 * gives access to nothing.
 *
 * The platform's own events have ids that anybody can compute, and tell who has read. Their tickets
 * begin with a dot, and no read takes such a one.
 */
export function ticketOf(source: string, id: string): string {
  // The length keeps ("ab", "c") and ("a", "bc") apart.
  const name = `${Buffer.byteLength(source)}:${source}${id}`;
  // As text: a hash in a Buffer lies outside the heap, and costs more than the hashing.
  const digest = hash('sha256', name).slice(0, 2 * ticketBytes);
  const mark = isPlatformSource(source) ? '.' : '';
  return mark + Buffer.from(digest, 'hex').toString('base64url');
}
