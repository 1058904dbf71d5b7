// Who waits in which line, for how long, and what the newest one's end means for the others.

import { describe, expect, it } from 'vitest';
import { anEvent } from '../../fixtures/events.ts';
import { numbered, openCoalesced, unit } from './open-coalesced.ts';

describe('an event that waits for a call', () => {
  it.each([
    ['another lane', { lane: 'bulk' } as const, {}],
    ['another user', { user: 'bob' }, {}],
    ['everyone', { user: null }, {}],
    ['another generator', {}, { unit: { ...unit, name: 'books' } }],
  ])('does not wait for those of %s', (_whom, given, task) => {
    const { calls, enter } = openCoalesced();
    void enter(anEvent({ id: 'one' }));
    void enter(anEvent({ id: 'other', ...given }), task);
    expect(calls.map(({ id }) => id)).toEqual(['one', 'other']);
  });

  it('has as many beside it as its lane allows, and is parked for the patience given', async () => {
    const given = { maxWaiting: { interactive: 2, bulk: 1 }, saturationPatienceMs: 5 };
    const { enter, parkedForMs } = openCoalesced(given);
    for (const lane of ['interactive', 'bulk'] as const) {
      const ends = [1, 2, 3].map((n) => enter(anEvent({ id: `${lane}${n}`, stamp: n, lane })));
      const isParked = (await Promise.all(ends)).map((end) => end === 'parked');
      expect(isParked).toEqual([false, lane === 'bulk', false]);
    }
    expect(parkedForMs).toEqual([5]);
  });
});

describe('an event of a generator whose `previous` is exact', () => {
  it('has a call of its own, with what the one before has made', async () => {
    const { calls, enter } = openCoalesced();
    const exact = { unit: { ...unit, coalesce: false, exact: true } };
    const ends = numbered([1, 3, 2]).map((event) => enter(event, exact));
    expect(calls).toHaveLength(1);
    expect(await Promise.all(ends)).toEqual(['stored', 'stored', 'stored']);
    expect(calls.map(({ id, earlier, previous }) => [id, earlier, previous])).toEqual([
      ['e1', [], null],
      ['e2', [], 'e1'],
      ['e3', [], 'e2'],
    ]);
  });

  it('waits for none when it is made anew after a failure', () => {
    const { calls, enter } = openCoalesced();
    const exact = { unit: { ...unit, coalesce: false, exact: true } };
    void enter(anEvent({ id: 'one' }), exact);
    void enter(anEvent({ id: 'other' }), { ...exact, attempts: 1 });
    expect(calls.map(({ id }) => id)).toEqual(['one', 'other']);
  });
});

describe('events with a newer one', () => {
  it.each([
    ['unchanged', { kind: 'nothing' } as const],
    ['superseded', { kind: 'superseded' } as const],
  ])('are called for no more when that is %s', async (end, result) => {
    const { calls, enter } = openCoalesced({
      makes: ({ id }) => (id === 'e3' ? result : undefined),
    });
    const ends = await Promise.all(numbered([1, 2, 3]).map((event) => enter(event)));
    expect(ends).toEqual(['stored', 'superseded', end]);
    expect(calls).toHaveLength(2);
  });

  it('are called for no more when its user was erased after all of them', async () => {
    const { store, calls, enter, hold, release } = openCoalesced();
    hold();
    const ends = numbered([1, 2, 3]).map((event) => enter(event));
    store.erase('alice', 3);
    release();
    expect(await Promise.all(ends)).toEqual(['erased', 'erased', 'erased']);
    expect(calls).toHaveLength(2);
  });

  it('go their own way when no store takes them as superseded', async () => {
    const { calls, enter } = openCoalesced({ refuses: ({ id }) => id === 'e2' });
    const ends = await Promise.all(numbered([1, 2, 3]).map((event) => enter(event)));
    expect(ends).toEqual(['stored', 'superseded', 'stored']);
    expect(calls.map(({ id, earlier }) => [id, ...earlier])).toEqual([
      ['e1'],
      ['e3', 'e2'],
      ['e2'],
    ]);
  });
});
