// What becomes of events that went into one call: nobody is lost, whoever fails.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../../src/domain/event.ts';
import { anEvent } from '../../fixtures/events.ts';
import { numbered, openCoalesced, unit } from './open-coalesced.ts';

describe('events that went into one call', () => {
  it('are handed to the newest, oldest first, and superseded once it is stored', async () => {
    const { calls, outcomes, enter, hold, release, stored } = openCoalesced();
    hold();
    const ends = numbered([1, 4, 2, 5, 3]).map((event) => enter(event));
    release();
    expect(await Promise.all(ends)).toEqual([
      ...['stored', 'superseded', 'superseded', 'stored', 'superseded'],
    ]);
    expect(calls).toEqual([
      { id: 'e1', earlier: [], previous: null },
      { id: 'e5', earlier: ['e2', 'e3', 'e4'], previous: 'e1' },
    ]);
    expect(outcomes.size).toBe(5);
    expect(await stored()).toBe('e5');
  });

  it('are not handed over when their user was erased after them', async () => {
    const { store, calls, enter, hold, release, stored } = openCoalesced();
    hold();
    const ends = numbered([1, 2, 3, 4, 5]).map((event) => enter(event));
    store.erase('alice', 3);
    release();
    expect(await Promise.all(ends)).toEqual(['erased', 'erased', 'erased', 'superseded', 'stored']);
    expect(calls.at(-1)).toEqual({ id: 'e5', earlier: ['e4'], previous: null });
    expect(await stored()).toBe('e5');
  });

  it('are not remembered before the newest one is', async () => {
    const { outcomes, enter, hold, release } = openCoalesced();
    const first = enter(anEvent({ id: 'e1', stamp: 1 }));
    const rest = numbered([2, 3]).map((event) => enter(event));
    hold();
    await first;
    await new Promise(setImmediate);
    expect([...outcomes]).toEqual([['e1', 'stored']]);
    release();
    await Promise.all(rest);
    expect([...outcomes]).toEqual([
      ['e1', 'stored'],
      ['e3', 'stored'],
      ['e2', 'superseded'],
    ]);
  });

  it('go into another call without the newest when that fails', async () => {
    const fails = ({ id }: AcceptedEvent) => id === 'e5';
    const { calls, enter, parked } = openCoalesced({ fails });
    const ends = numbered([1, 4, 2, 5, 3]).map((event) => enter(event));
    expect(await Promise.all(ends)).toEqual([
      ...['stored', 'stored', 'superseded', 'parked', 'superseded'],
    ]);
    expect(calls.map(({ id, earlier }) => [id, ...earlier])).toEqual([
      ['e1'],
      ['e5', 'e2', 'e3', 'e4'],
      ['e4', 'e2', 'e3'],
    ]);
    expect(await parked()).toEqual(['e5']);
  });

  it('stand for themselves after two calls have failed', async () => {
    const fails = ({ id }: AcceptedEvent) => id === 'e2';
    const { calls, outcomes, enter, parked, stored } = openCoalesced({ fails });
    await Promise.all(numbered([1, 4, 2, 5, 3, 6]).map((event) => enter(event)));
    expect(calls.slice(1).map(({ id, earlier }) => [id, ...earlier])).toEqual([
      ['e6', 'e2', 'e3', 'e4', 'e5'],
      ['e5', 'e2', 'e3', 'e4'],
      ...[['e2'], ['e3'], ['e4']],
    ]);
    expect(await parked()).toEqual(['e2', 'e5', 'e6']);
    expect([...outcomes.keys()].sort()).toEqual(['e1', 'e3', 'e4']);
    expect(await stored()).toBe('e4');
  });

  it('are not covered by a copy of what was stored before', async () => {
    const { calls, enter, stored } = openCoalesced();
    const first = anEvent({ id: 'e1', stamp: 1 });
    const ends = [first, anEvent({ id: 'e2', stamp: 2 }), { ...first, stamp: 3 }].map((event) =>
      enter(event),
    );
    expect(await Promise.all(ends)).toEqual(['stored', 'stored', 'duplicate']);
    expect(calls.map(({ id, earlier }) => [id, ...earlier])).toEqual([
      ['e1'],
      ['e1', 'e2'],
      ['e2'],
    ]);
    expect(await stored()).toBe('e2');
  });

  it('are handed over once, however many copies of them wait', async () => {
    const { calls, enter } = openCoalesced();
    const copies = numbered([1, 2, 2, 3, 3]);
    const again = anEvent({ id: 'e2', stamp: 9 });
    const ends = [...copies, again].map((event) => enter(event));
    expect(await Promise.all(ends)).toEqual([
      ...['stored', 'duplicate', 'duplicate', 'superseded', 'duplicate', 'stored'],
    ]);
    expect(calls.at(-1)).toMatchObject({ id: 'e2', earlier: ['e3'] });
  });

  it.each([
    ['that was retried', { attempts: 1 }],
    ['that was delivered again', { alone: true }],
    ['of a generator that does not coalesce', { unit: { ...unit, coalesce: false } }],
    ['for a cold read', { event: anEvent({ id: 'e2', type: 'content.requested' }) }],
  ])('are not joined by one %s', async (_what, task) => {
    const { calls, enter, hold, release } = openCoalesced();
    hold();
    const ends = [enter(anEvent({ id: 'e1' })), enter(anEvent({ id: 'e2' }), task)];
    expect(calls.map(({ id }) => id)).toEqual(['e1', 'e2']);
    release();
    await Promise.all(ends);
  });

  it('are parked, the oldest of them, when too many wait', async () => {
    const { calls, enter, parked } = openCoalesced({ maxWaiting: { interactive: 2 } });
    const ends = numbered([1, 2, 3, 4]).map((event) => enter(event));
    expect(await Promise.all(ends)).toEqual(['stored', 'parked', 'superseded', 'stored']);
    expect(calls.at(-1)).toMatchObject({ id: 'e4', earlier: ['e3'] });
    expect(await parked()).toEqual(['e2']);
  });

  it('are all handed over and settled or parked, whatever the order and whoever fails', async () => {
    const arrivals = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    const property = fc.asyncProperty(
      arrivals,
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
      async (stamps, bad) => {
        const fails = ({ stamp }: AcceptedEvent) => bad.includes(stamp);
        const { calls, outcomes, enter, parked, stored } = openCoalesced({ fails });
        const events = numbered(stamps);
        const ends = await Promise.all(events.map((event) => enter(event)));

        const seen = new Set(calls.flatMap(({ id, earlier }) => [id, ...earlier]));
        expect(seen.size).toBe(events.length);
        const asNewest = calls.map(({ id }) => id);
        expect(new Set(asNewest).size).toBe(asNewest.length);
        const settled = events.filter((_, index) => ends[index] !== 'parked');
        expect([...outcomes.keys()].sort()).toEqual(settled.map(({ id }) => id).sort());
        expect(await parked()).toEqual(
          events.flatMap(({ id }, index) => (ends[index] === 'parked' ? [id] : [])).sort(),
        );
        expect(settled.filter(fails)).toEqual([]);
        const newest = settled.map(({ stamp }) => stamp).sort((a, b) => b - a)[0];
        expect(await stored()).toBe(newest === undefined ? null : `e${newest}`);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
