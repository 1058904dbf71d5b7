// What has to be the same of two answers: all that says something.

import type { Answer } from './open-door.ts';

/** Of the connection or the moment, not of the answer. */
const incidental = ['date', 'connection', 'keep-alive', 'server', 'server-timing', 'cache-status'];

export function essence({ status, headers, text }: Answer) {
  // Framing: nothing follows a 304, with a length or without one.
  const framing = status === 304 ? ['content-length'] : ['transfer-encoding'];
  const left = [...incidental, ...framing];
  const kept = Object.entries(headers).filter(([name]) => !left.includes(name));
  return { status, headers: Object.fromEntries(kept), text };
}
