// Where words of the clock leave a worker.

import type { ClockBroadcaster } from '../domain/clock-broadcast.ts';
import type { Broker } from '../wire/broker.ts';
import { encodeClock } from '../wire/clock-message.ts';
import { clockKey } from '../wire/clock-queue.ts';

export function amqpClockBroadcaster(deps: {
  broker: Broker;
  confirmDeadlineMs: number;
}): ClockBroadcaster {
  const { broker, confirmDeadlineMs: deadlineMs } = deps;
  return {
    async broadcast(unixMs) {
      const exchange = broker.topology.exchanges.clock;
      const body = encodeClock(unixMs);
      await broker.publish({ exchange, key: clockKey, body, deadlineMs, mustBeRouted: false });
    },
  };
}
