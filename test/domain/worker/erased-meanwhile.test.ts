// A unit whose user is erased while it runs, over and over: from its first run to its outcome.

import { expect, it } from 'vitest';
import { createCommitUnit } from '../../../src/domain/worker/commit-units.ts';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';
import { createParkUnit } from '../../../src/domain/worker/park-unit.ts';
import { createRetryUnit } from '../../../src/domain/worker/retry-unit.ts';
import { createRunUnit } from '../../../src/domain/worker/run-unit.ts';
import type { UnitAnswer } from '../../../src/domain/worker/unit-call.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';
import { anEvent, aUnit, content, finished } from '../../fixtures/events.ts';

const event = anEvent({ id: 'e1', stamp: 1000 });
const erasures = 6;

/** `answer` is what each call comes to; the user is erased during the first few. */
function setUp(answer: UnitAnswer) {
  const store = memoryContentStore();
  const shown: (string | null)[] = [];
  const untilAvailable = <T>(call: () => Promise<T>) => call();
  const shared = { store, untilAvailable, observe: () => {}, nowMs: Date.now };
  const commit = createCommitUnit({
    ...{ ...shared, deliver: async () => {}, publishFollowUps: async () => {}, followUpLeaseMs: 0 },
    ...{
      maxUnits: 10,
      maxConcurrent: 1,
      intervalMs: 0,
      running: () => 0,
      isGenerating: () => false,
    },
  });
  const runUnit = createRunUnit({
    ...{ ...shared, commit, park: createParkUnit(shared), limiter: createLimiter() },
    runner: {
      async run({ previousJson }) {
        shown.push(previousJson);
        if (shown.length <= erasures) store.erase('alice', 10 + shown.length);
        return answer;
      },
      close: async () => {},
    },
    breaker: { admit: () => ({ ended: () => {} }), open: () => [] },
    saturationPatienceMs: 1000,
    retryDelaysMs: [],
  });
  const load = async () => (await store.load([{ event, slots: ['offers'] }]))[0] as never;
  const retry = createRetryUnit({
    ...{ ...shared, commit, load, runUnit, unitsOf: () => [aUnit], resend: async () => {} },
  });
  async function runToItsEnd(): Promise<void> {
    await store.commit([finished(anEvent({ id: 'e0', stamp: 1 }), content('old'))]);
    await store.park({ event, name: 'offers' }, { attempts: 0, delayMs: 0, error: '' });
    for (let turn = 0; turn < 20; turn += 1) {
      for (const due of await store.claimParked({ max: 1, leaseMs: 0 })) await retry(due);
    }
  }
  return { store, shown, runToItsEnd };
}

it('is stored, made of what is left, however often that happens', async () => {
  const made = {
    kind: 'content',
    contentJson: '"new"',
    generatedAtMs: 1,
    expiresAtMs: null,
  } as const;
  const { store, shown, runToItsEnd } = setUp({ ...made, withdraw: false });
  await runToItsEnd();
  expect(shown).toEqual(['"old"', ...Array.from({ length: erasures }, () => null)]);
  expect((await store.readDocuments(['alice']))[0]?.slots[0]?.contentJson).toBe('"new"');
  expect(store.deadLetters.size).toBe(0);
});

it('is dead only of what it does after that', async () => {
  const { store, shown, runToItsEnd } = setUp({ kind: 'failed', reason: 'threw', error: 'x' });
  await runToItsEnd();
  expect(shown).toHaveLength(erasures + 1);
  expect([...store.deadLetters.values()]).toMatchObject([{ reason: 'threw', error: 'x' }]);
});
