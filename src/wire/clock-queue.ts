// Where words of the clock wait for one listener: the last one only, and not for long.

import type { QueueSpec, Topology } from './topology.ts';

export const clockKey = 'now';

/** Twice as long as it takes until the next word. */
const clockTtlMs = 2_000;

/** `listener` is a name that nobody else gives itself, not even the same process tomorrow. */
export function clockQueue({ exchanges }: Topology, listener: string): QueueSpec {
  return {
    name: `${exchanges.clock}.${listener}`,
    isExclusive: true,
    arguments: {
      // Said aloud: a virtual host may have another default, and only classic queues are exclusive.
      'x-queue-type': 'classic',
      'x-overflow': 'drop-head',
      'x-max-length': 1,
      'x-message-ttl': clockTtlMs,
    },
    bindings: [{ exchange: exchanges.clock, pattern: clockKey }],
  };
}
