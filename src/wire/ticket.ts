// The ticket: the name of an event that a producer can hand to its client.

import { createHash } from 'node:crypto';

/** 128 bits: no two events of one installation share a ticket, and none can be guessed. */
const ticketBytes = 16;

/**
 * Returns 22 characters of base64url, the same for every POST of the same source and id. They tell
 * nothing of either, so a ticket may be seen by whoever reads the content.
 */
export function ticketOf(source: string, id: string): string {
  // The length keeps ("ab", "c") and ("a", "bc") apart.
  const name = `${Buffer.byteLength(source)}:${source}${id}`;
  const hash = createHash('sha256').update(name).digest();
  return hash.subarray(0, ticketBytes).toString('base64url');
}
