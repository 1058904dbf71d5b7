import { afterEach, describe, expect, it } from 'vitest';
import { contentRequested } from '../../../src/domain/authors.ts';
import { anEvent, aUnit, content, finished } from '../../fixtures/events.ts';
import { due, max, openRetries, stopRetries } from './open-retries.ts';

afterEach(stopRetries);

describe('units that are due again', () => {
  it('run side by side, also when they became due while a slow one runs', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { store, seen, start } = openRetries({
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
    const { store, seen, start } = openRetries({
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
    const { store, seen, start } = openRetries();
    for (let at = 0; at < 3 * max; at += 1) {
      const event = anEvent({ id: `e${at}`, user: `user${at}` });
      await store.park({ event, name: 'offers' }, due);
    }
    start(60_000);
    await expect.poll(() => seen.run, { timeout: 10_000 }).toHaveLength(3 * max);
  });

  it('are only sent again when they were stored before, and then forgotten', async () => {
    const { store, seen, start } = openRetries();
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, due);
    await store.commit([finished(event, content(1))]);
    start();
    await expect.poll(() => seen.resent).toEqual(['alice']);
    expect(seen.run).toEqual([]);
    expect(seen.told).toEqual([{ ticket: event.ticket, outcome: 'duplicate' }]);
    await stopRetries();
    expect(await store.claimParked({ max: 9, leaseMs: 0 })).toEqual([]);
  });

  it('are sent again and tell nothing while their event has units without an outcome', async () => {
    const { store, seen, start } = openRetries({ units: [aUnit, { ...aUnit, name: 'books' }] });
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, due);
    await store.commit([finished(event, content(1))]);
    start();
    await expect.poll(() => seen.resent).toEqual(['alice']);
    expect(seen.told).toEqual([]);
  });

  it('wait for a worker that knows them, and die only when none did for an hour', async () => {
    const { store, start } = openRetries({ knows: false });
    const fresh = anEvent({ id: 'e1', acceptedAtMs: Date.now() });
    const old = anEvent({ id: 'e2', user: 'bob', acceptedAtMs: Date.now() - 3_600_000 });
    await store.park({ event: fresh, name: 'offers' }, due);
    await store.park({ event: old, name: 'offers' }, due);
    start();
    await expect
      .poll(() => [...store.deadLetters.values()].map(({ event }) => event.id))
      .toEqual(['e2']);
    await stopRetries();
    const [state] = await store.load([{ event: fresh, slots: [] }]);
    expect(state?.parked).toEqual(['offers']);
  });

  it('end as erased when nobody knows them without their data', async () => {
    const { store, start } = openRetries({ knows: false });
    const { type } = contentRequested;
    const event = anEvent({ id: 'e1', type, stamp: 0, acceptedAtMs: Date.now() });
    await store.park({ event, name: 'offers' }, due);
    store.erase('alice', 10);
    start();
    await expect.poll(() => [...store.outcomes.values()]).toEqual(['erased']);
    await stopRetries();
    expect(store.deadLetters.size).toBe(0);
    expect(await store.claimParked({ max: 9, leaseMs: 0 })).toEqual([]);
  });

  it('are left where they are while nothing of their name can begin', async () => {
    const { store, seen, start } = openRetries({ busy: ['offers'] });
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, due);
    start();
    await expect.poll(() => store.claimParked({ max: 9, leaseMs: 0 })).toHaveLength(1);
    expect(seen.begun).toEqual([]);
  });

  it('run alone when their thread died under them, or a worker was lost with them', async () => {
    const { store, seen, start } = openRetries();
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
    const { store, seen, start } = openRetries({
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
    const { store, seen, start } = openRetries();
    const event = anEvent({ id: 'e1' });
    await store.park({ event, name: 'offers' }, { ...due, deliveries: 7 });
    start();
    await expect
      .poll(() => [...store.deadLetters.values()])
      .toMatchObject([{ reason: 'crashed', error: expect.stringContaining('7 workers') }]);
    await stopRetries();
    expect(seen.begun).toEqual([]);
    expect(await store.claimParked({ max: 9, leaseMs: 0, suspects: true })).toEqual([]);
  });
});
