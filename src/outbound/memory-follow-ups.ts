// Events that units reported, until they are published, in memory.

import type { AcceptedEvent } from '../domain/event.ts';
import type { Clock } from '../domain/ports.ts';
import { unitKey } from '../domain/worker/commit-rules.ts';
import type { FollowUpStore } from '../domain/worker/follow-up-store.ts';

export type MemoryFollowUps = FollowUpStore & {
  add(events: readonly AcceptedEvent[], leaseMs: number): void;
  forget(isOver: (event: AcceptedEvent) => boolean): void;
};

export function memoryFollowUps(nowMs: Clock): MemoryFollowUps {
  const waiting = new Map<string, { event: AcceptedEvent; dueAtMs: number }>();
  return {
    add(events, leaseMs) {
      for (const event of events) {
        const key = unitKey(event, '');
        if (!waiting.has(key)) waiting.set(key, { event, dueAtMs: nowMs() + leaseMs });
      }
    },

    forget(isOver) {
      for (const [key, { event }] of waiting) if (isOver(event)) waiting.delete(key);
    },

    async claimFollowUps({ max, leaseMs }) {
      const due = [...waiting.values()].filter(({ dueAtMs }) => dueAtMs <= nowMs()).slice(0, max);
      for (const one of due) one.dueAtMs = nowMs() + leaseMs;
      return due.map(({ event }) => event);
    },

    async removeFollowUps(events) {
      for (const event of events) waiting.delete(unitKey(event, ''));
    },
  };
}
