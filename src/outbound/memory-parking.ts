// Units that wait for their next attempt, in memory.

import type { AcceptedEvent } from '../domain/event.ts';
import type { Clock, ContentStore } from '../domain/ports.ts';
import { unitKey } from '../domain/worker/settle-batch.ts';

type Parked = { event: AcceptedEvent; name: string; attempts: number; dueAtMs: number };

type Parking = Pick<ContentStore, 'park' | 'claimParked' | 'unpark'> & {
  parkedNames(event: AcceptedEvent): string[];
};

export function memoryParking(deps: {
  nowMs: Clock;
  isSettled: (unitKey: string) => boolean;
  /** Whether the event may be parked; one that reuses an id is buried instead. */
  begin: (event: AcceptedEvent, name: string) => boolean;
}): Parking {
  const { nowMs, isSettled, begin } = deps;
  const parked = new Map<string, Parked>();
  return {
    async park({ event, name }, { attempts, delayMs }) {
      if (!begin(event, name)) return;
      const key = unitKey(event, name);
      const charged = Math.max(attempts, parked.get(key)?.attempts ?? 0);
      parked.set(key, { event, name, attempts: charged, dueAtMs: nowMs() + delayMs });
    },

    async claimParked({ max, leaseMs }) {
      const due = [...parked.values()].filter((unit) => unit.dueAtMs <= nowMs());
      const claimed = due.sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, max);
      for (const unit of claimed) unit.dueAtMs = nowMs() + leaseMs;
      return claimed.map(({ event, name, attempts }) => ({
        ...{ event, name, attempts },
        isSettled: isSettled(unitKey(event, name)),
      }));
    },

    async unpark({ event, name }) {
      parked.delete(unitKey(event, name));
    },

    parkedNames(event) {
      const key = unitKey(event, '');
      return [...parked.values()]
        .filter((unit) => unitKey(unit.event, '') === key)
        .map((unit) => unit.name);
    },
  };
}
