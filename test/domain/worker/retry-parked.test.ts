import { afterEach, describe, expect, it } from 'vitest';
import { contentRequested } from '../../../src/domain/authors.ts';
import type { Resolved } from '../../../src/domain/document.ts';
import type { Running } from '../../../src/domain/ports.ts';
import { retryParked } from '../../../src/domain/worker/retry-parked.ts';
import { createRetryUnit } from '../../../src/domain/worker/retry-unit.ts';
import type { Unit } from '../../../src/domain/worker/units.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';
import { anEvent, content, finished } from '../../fixtures/events.ts';

let retrying: Running | undefined;
afterEach(() => retrying?.stop());

const unit = {
  name: 'offers',
  slot: 'offers',
  deadlineMs: 1,
  concurrency: 1,
  coalesce: false,
  exact: false,
};
const due = { attempts: 1, delayMs: 0, error: '' };
const max = 10;

type Given = {
  hangs?: (user: string | null) => Promise<void>;
  knows?: boolean;
  units?: readonly Unit[];
  busy?: string[];
};

function setUp(given: Given = {}) {
  const store = memoryContentStore();
  const seen = {
    begun: [] as (string | null)[],
    run: [] as (string | null)[],
    resent: [] as (string | null)[],
    told: [] as Resolved[],
  };
  const retry = createRetryUnit({
    store,
    unitsOf: () => (given.knows === false ? [] : (given.units ?? [unit])),
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

describe('units that are due again', () => {
  it('run side by side, also when they became due while a slow one runs', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { store, seen, start } = setUp({
      hangs: (user) => (user === 'slow' ? held : Promise.resolve()),
    });
    await store.park({ event: anEvent({ id: 'e1', user: 'slow' }), name: 'offers' }, due);
    start();
    await store.park({ event: anEvent({ id: 'e2', user: 'quick' }), name: 'offers' }, due);
    await expect.poll(() => seen.run).toEqual(['quick']);
    release();
    await expect.poll(() => seen.run).toEqual(['quick', 'slow']);
  });

  it('wait for none that have failed when they have not', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { store, seen, start } = setUp({
      hangs: (user) => (user === 'innocent' ? Promise.resolve() : held),
    });
    const park = (user: string, attempts: number) =>
      store.park({ event: anEvent({ id: user, user }), name: 'offers' }, { ...due, attempts });
    for (let at = 0; at < 2 * max; at += 1) await park(`failed${at}`, 1);
    start();
    await expect.poll(() => seen.begun).toHaveLength(max);
    await park('innocent', 0);
    await expect.poll(() => seen.run).toEqual(['innocent']);
    release();
    await expect.poll(() => seen.run).toHaveLength(2 * max + 1);
  });

  it('are all taken at once when there are more than may run at the same time', async () => {
    const { store, seen, start } = setUp();
    for (let at = 0; at < 3 * max; at += 1) {
      const event = anEvent({ id: `e${at}`, user: `user${at}` });
      await store.park({ event, name: 'offers' }, due);
    }
    start(60_000);
    await expect.poll(() => seen.run, { timeout: 10_000 }).toHaveLength(3 * max);
  });

  it('are only sent again when they were stored before, and then forgotten', async () => {
    const { store, seen, start } = setUp();
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, due);
    await store.commit([finished(event, content(1))]);
    start();
    await expect.poll(() => seen.resent).toEqual(['alice']);
    expect(seen.run).toEqual([]);
    expect(seen.told).toEqual([{ ticket: event.ticket, outcome: 'duplicate' }]);
    await retrying?.stop();
    expect(await store.claimParked({ max: 9, leaseMs: 0 })).toEqual([]);
  });

  it('are sent again and tell nothing while their event has units without an outcome', async () => {
    const { store, seen, start } = setUp({ units: [unit, { ...unit, name: 'books' }] });
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, due);
    await store.commit([finished(event, content(1))]);
    start();
    await expect.poll(() => seen.resent).toEqual(['alice']);
    expect(seen.told).toEqual([]);
  });

  it('wait for a worker that knows them, and die only when none did for an hour', async () => {
    const { store, start } = setUp({ knows: false });
    const fresh = anEvent({ id: 'e1', acceptedAtMs: Date.now() });
    const old = anEvent({ id: 'e2', user: 'bob', acceptedAtMs: Date.now() - 3_600_000 });
    await store.park({ event: fresh, name: 'offers' }, due);
    await store.park({ event: old, name: 'offers' }, due);
    start();
    await expect
      .poll(() => [...store.deadLetters.values()].map(({ event }) => event.id))
      .toEqual(['e2']);
    await retrying?.stop();
    const [state] = await store.load([{ event: fresh, slots: [] }]);
    expect(state?.parked).toEqual(['offers']);
  });

  it('end as erased when nobody knows them without their data', async () => {
    const { store, start } = setUp({ knows: false });
    const { type } = contentRequested;
    const event = anEvent({ id: 'e1', type, stamp: 0, acceptedAtMs: Date.now() });
    await store.park({ event, name: 'offers' }, due);
    store.erase('alice', 10);
    start();
    await expect.poll(() => [...store.outcomes.values()]).toEqual(['erased']);
    await retrying?.stop();
    expect(store.deadLetters.size).toBe(0);
    expect(await store.claimParked({ max: 9, leaseMs: 0 })).toEqual([]);
  });

  it('are left where they are while nothing of their name can begin', async () => {
    const { store, seen, start } = setUp({ busy: ['offers'] });
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, due);
    start();
    await expect.poll(() => store.claimParked({ max: 9, leaseMs: 0 })).toHaveLength(1);
    expect(seen.begun).toEqual([]);
  });

  it('run alone when their thread died under them, or a worker was lost with them', async () => {
    const { store, seen, start } = setUp();
    for (const [user, parking] of Object.entries({
      plain: due,
      crashed: { ...due, alone: true },
      lost: { ...due, deliveries: 1 },
    })) {
      await store.park({ event: anEvent({ id: user, user }), name: 'offers' }, parking);
    }
    start();
    await expect
      .poll(() => seen.begun.toSorted())
      .toEqual(['crashed, alone', 'lost, alone', 'plain']);
  });
});

describe('suspects', () => {
  const suspect = { ...due, deliveries: 3 };

  it('run one at a time, with the others beside them', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { store, seen, start } = setUp({
      hangs: (user) => (user === 'first' ? held : Promise.resolve()),
    });
    for (const user of ['first', 'second', 'third']) {
      await store.park({ event: anEvent({ id: user, user }), name: 'offers' }, suspect);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await store.park({ event: anEvent({ id: 'other', user: 'other' }), name: 'offers' }, due);
    start();
    await expect.poll(() => seen.run).toEqual(['other']);
    expect(seen.begun.toSorted()).toEqual(['first, alone', 'other']);
    release();
    await expect.poll(() => seen.run).toEqual(['other', 'first', 'second', 'third']);
  });

  it('are given up when too many workers were lost with them', async () => {
    const { store, seen, start } = setUp();
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, { ...due, deliveries: 7 });
    start();
    await expect
      .poll(() => [...store.deadLetters.values()])
      .toMatchObject([{ reason: 'crashed', error: expect.stringContaining('7 workers') }]);
    await retrying?.stop();
    expect(seen.begun).toEqual([]);
    expect(await store.claimParked({ max: 9, leaseMs: 0, suspects: true })).toEqual([]);
  });
});
