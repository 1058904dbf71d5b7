// The limits that every HTTP door has, under names of its process.

import { integer, type Settings } from './settings.ts';

/** Settings `BEFOREHAND_<PROCESS>_…` for the door of one kind of process. */
export function httpLimits(process: 'INGEST' | 'REPLICA' | 'OPERATOR') {
  const name = (what: string) => `BEFOREHAND_${process}_${what}`;
  const who = process.toLowerCase();
  return {
    requestTimeoutMs: integer(
      name('REQUEST_TIMEOUT_MS'),
      `How long a request may take to arrive at the ${who}.`,
      { default: 10_000, min: 100, max: 300_000 },
    ),
    maxRequests: integer(
      name('MAX_REQUESTS'),
      'Requests in progress at a time; more are answered 503.',
      { default: process === 'INGEST' ? 200 : 20_000, min: 1, max: 1_000_000 },
    ),
    maxConnections: integer(name('MAX_CONNECTIONS'), 'Open connections; more are closed at once.', {
      default: 10_000,
      min: 1,
      max: 1_000_000,
    }),
    drainMs: integer(
      name('DRAIN_MS'),
      `How long a stopping ${who} is not ready before it takes no more connections.`,
      { default: 0, min: 0, max: 120_000 },
    ),
    stopTimeoutMs: integer(
      name('STOP_TIMEOUT_MS'),
      `How long a stopping ${who} waits for requests in progress before it cuts them off.`,
      { default: 10_000, min: 0, max: 300_000 },
    ),
  } satisfies Settings;
}

/** For doors whose handlers may wait for others; those of an ingest wait for a publish and no longer. */
export function handlerTimeout(process: 'REPLICA' | 'OPERATOR') {
  return integer(
    `BEFOREHAND_${process}_HANDLER_TIMEOUT_MS`,
    'How long after its headers a request is answered 503, or 408 if its body is still missing.',
    { default: 15_000, min: 100, max: 300_000 },
  );
}
