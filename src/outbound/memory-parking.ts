// Units that wait for their next attempt, in memory.

import type { AcceptedEvent } from '../domain/event.ts';
import type { Clock, ContentStore } from '../domain/ports.ts';
import { unitKey } from '../domain/worker/commit-rules.ts';
import { isErased } from '../domain/worker/erasure.ts';
import { type ParkedUnit, suspectDeliveries } from '../domain/worker/parked-unit.ts';

/** No error: nobody could read it here. */
type Parked = Omit<ParkedUnit, 'isSettled'> & { dueAtMs: number };

export type MemoryParking = Pick<ContentStore, 'park' | 'claimParked' | 'unpark'> & {
  parkedNames(event: AcceptedEvent): string[];
  /** Takes the data of events from before their user's erasure away. */
  empty(): void;
};

export function memoryParking(deps: {
  nowMs: Clock;
  isSettled: (unitKey: string) => boolean;
  /** Whether the event may be parked; one that reuses an id is buried instead. */
  begin: (event: AcceptedEvent, name: string) => boolean;
  erasedStampOf: (event: AcceptedEvent) => number;
}): MemoryParking {
  const { nowMs, isSettled, begin } = deps;
  const parked = new Map<string, Parked>();
  const left = (event: AcceptedEvent) =>
    isErased(event, deps.erasedStampOf(event)) ? { ...event, data: null } : event;
  return {
    empty() {
      for (const unit of parked.values()) unit.event = left(unit.event);
    },

    async park({ event, name }, { attempts, delayMs, alone = false, deliveries = 0 }) {
      if (!begin(event, name)) return;
      const key = unitKey(event, name);
      const held = parked.get(key);
      parked.set(key, {
        ...{ event: left(event), name, deliveries, dueAtMs: nowMs() + delayMs },
        attempts: Math.max(attempts, held?.attempts ?? 0),
        alone: alone || held?.alone === true,
      });
    },

    async claimParked({ max, leaseMs, suspects = false, failedBefore, except = [] }) {
      const due = [...parked.values()]
        .filter(({ dueAtMs }) => dueAtMs <= nowMs())
        .filter(({ deliveries }) => deliveries >= suspectDeliveries === suspects)
        .filter(({ attempts }) => failedBefore === undefined || attempts > 0 === failedBefore)
        .filter(({ name }) => !except.includes(name));
      const claimed = due.sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, max);
      return claimed.map((unit) => {
        const { dueAtMs, ...found } = unit;
        unit.dueAtMs = nowMs() + leaseMs;
        unit.deliveries += 1;
        return { ...found, isSettled: isSettled(unitKey(unit.event, unit.name)) };
      });
    },

    async unpark({ event, name }) {
      const key = unitKey(event, name);
      if (isSettled(key)) parked.delete(key);
    },

    parkedNames(event) {
      const key = unitKey(event, '');
      return [...parked.values()]
        .filter((unit) => unitKey(unit.event, '') === key)
        .map((unit) => unit.name);
    },
  };
}
