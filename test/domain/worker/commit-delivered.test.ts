// A unit has ended when what it made and reported is on its way, not before.

import { expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { createCommitUnit } from '../../../src/domain/worker/commit-units.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';
import { anEvent, finished } from '../../fixtures/events.ts';

type Deps = Parameters<typeof createCommitUnit>[0];

function setUp(given: Partial<Deps> = {}) {
  const store = memoryContentStore();
  const commit = createCommitUnit({
    ...{ store, deliver: async () => {}, publishFollowUps: async () => {}, observe: () => {} },
    untilAvailable: (call) => call(),
    ...{ nowMs: Date.now, followUpLeaseMs: 0, maxUnits: 10, maxConcurrent: 1 },
    ...{ intervalMs: 0, running: () => 0, isGenerating: () => false },
    ...given,
  });
  const unit = (id: string, count: number) => {
    const followUps = Array.from({ length: count }, (_, n) => anEvent({ id: `${id}#mail#${n}` }));
    return finished(anEvent({ id }), { kind: 'done', followUps }, { slot: null });
  };
  return { store, commit: (id: string, { reports = 1 } = {}) => commit(unit(id, reports)) };
}

it.each(['deliver', 'publishFollowUps'] as const)('waits for %s', async (held) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun: string[] = [];
  const part = (name: string) => async () => {
    begun.push(name);
    if (name === held) await released;
  };
  const { commit } = setUp({
    deliver: part('deliver'),
    publishFollowUps: part('publishFollowUps'),
  });
  let hasEnded = false;
  const ended = commit('e1').then(() => {
    hasEnded = true;
  });
  // Neither waits for the other.
  await expect.poll(() => begun).toEqual(['deliver', 'publishFollowUps']);
  await new Promise(setImmediate);
  expect(hasEnded).toBe(false);
  release();
  await ended;
});

it('is given back when its content cannot be delivered, and nobody else is', async () => {
  const store = memoryContentStore();
  let commits = 0;
  const { commit } = setUp({
    store: {
      ...store,
      async commit(units, leaseMs) {
        commits += 1;
        // What was stored before the last one fails meanwhile.
        await new Promise(setImmediate);
        if (units.some(({ event }) => event.id === 'e2')) throw new Failure('rejected', 'never');
        return store.commit(units, leaseMs);
      },
    },
    deliver: () => Promise.reject(new Error('The worker is stopping.')),
  });
  const ended = await Promise.allSettled(['e1', 'e2', 'e3'].map((id) => commit(id)));
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect(commits).toBe(4);
});

it('lets the next one that reports many in when the one before it failed', async () => {
  const store = memoryContentStore();
  const { commit } = setUp({
    store: {
      ...store,
      async commit(units, leaseMs) {
        if (units.some(({ event }) => event.id === 'e1')) throw new Failure('unavailable', 'away');
        return store.commit(units, leaseMs);
      },
    },
  });
  const ended = await Promise.allSettled(['e1', 'e2'].map((id) => commit(id, { reports: 11 })));
  expect(ended).toMatchObject([
    { status: 'rejected', reason: { code: 'unavailable' } },
    { status: 'fulfilled', value: { outcome: 'done' } },
  ]);
});
