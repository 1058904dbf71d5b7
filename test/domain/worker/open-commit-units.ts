// Units committed to a store in memory, which fails when told to.

import type { ContentBundle } from '../../../src/domain/document.ts';
import { Failure } from '../../../src/domain/errors.ts';
import { createCommitUnit } from '../../../src/domain/worker/commit-units.ts';
import type { FinishedUnit } from '../../../src/domain/worker/finished-unit.ts';
import { createUntilAvailable } from '../../../src/domain/worker/until-available.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';

export function openCommitUnits(
  options: {
    refuses?: (unit: FinishedUnit) => boolean;
    failures?: Failure[];
    lostAnswers?: number;
    beforeCommit?: () => Promise<void>;
    running?: number;
    /** Ids of events for which generators run. */
    generating?: ReadonlySet<string>;
  } = {},
) {
  const store = memoryContentStore();
  const bundles: ContentBundle[] = [];
  const batches: number[] = [];
  const published: string[] = [];
  const failures = options.failures ?? [];
  let lostAnswers = options.lostAnswers ?? 0;
  const commit = createCommitUnit({
    store: {
      ...store,
      async commit(units, leaseMs) {
        batches.push(units.length);
        await options.beforeCommit?.();
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        if (units.some((unit) => options.refuses?.(unit))) throw new Failure('rejected', 'never');
        const committed = await store.commit(units, leaseMs);
        lostAnswers -= 1;
        if (lostAnswers >= 0) throw new Failure('unavailable', 'The connection was cut.');
        return committed;
      },
    },
    deliver: async (bundle) => {
      bundles.push(bundle);
    },
    publishFollowUps: async (events) => {
      published.push(...events.map((event) => event.id));
    },
    followUpLeaseMs: 60_000,
    observe: () => {},
    untilAvailable: createUntilAvailable(() => {}, new AbortController().signal),
    nowMs: Date.now,
    maxUnits: 10,
    maxConcurrent: 1,
    intervalMs: 200,
    running: () => options.running ?? 0,
    isGenerating: ({ id }) => options.generating?.has(id) ?? false,
  });
  return { commit, bundles, batches, published, store };
}
