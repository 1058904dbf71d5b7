// Parked units in a store in memory, tried again as a worker does.

import type { Resolved } from '../../../src/domain/document.ts';
import type { Running } from '../../../src/domain/ports.ts';
import { retryParked } from '../../../src/domain/worker/retry-parked.ts';
import { createRetryUnit } from '../../../src/domain/worker/retry-unit.ts';
import type { Unit } from '../../../src/domain/worker/units.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';
import { aUnit, content, finished } from '../../fixtures/events.ts';

let retrying: Running | undefined;

/** Ends what the test at hand has started. */
export const stopRetries = async (): Promise<void> => retrying?.stop();

export const due = { attempts: 1, delayMs: 0, error: '' };
export const max = 10;

type Given = {
  hangs?: (user: string | null) => Promise<void>;
  knows?: boolean;
  units?: readonly Unit[];
  busy?: string[];
};

export function openRetries(given: Given = {}) {
  const store = memoryContentStore();
  const seen = {
    begun: [] as (string | null)[],
    run: [] as (string | null)[],
    resent: [] as (string | null)[],
    told: [] as Resolved[],
  };
  const retry = createRetryUnit({
    store,
    unitsOf: () => (given.knows === false ? [] : (given.units ?? [aUnit])),
    load: async (event, slots) => (await store.load([{ event, slots }]))[0] as never,
    async runUnit({ event, unitNames, alone }) {
      seen.begun.push(alone ? `${event.user}, alone` : event.user);
      await given.hangs?.(event.user);
      seen.run.push(event.user);
      await store.commit([finished(event, content(1), { unitNames })]);
      return 'stored';
    },
    commit: async (one) => {
      const { outcomes } = await store.commit([one]);
      return { outcome: outcomes[0] ?? 'ignored' };
    },
    resend: async ({ user }, resolved = []) => {
      seen.resent.push(user);
      seen.told.push(...resolved);
    },
    nowMs: Date.now,
  });
  const start = (everyMs = 1) => {
    retrying = retryParked({
      ...{ store, retry, busy: () => given.busy ?? [], observe: () => {} },
      ...{ everyMs, max, leaseMs: 60_000 },
    });
  };
  return { store, seen, start };
}
