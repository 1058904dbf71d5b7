// Who waits for whom: whatever the order of arrivals and of ends, everyone goes into one group.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../../src/domain/event.ts';
import { compareOrder } from '../../../src/domain/order.ts';
import { createCoalescer } from '../../../src/domain/worker/coalesce.ts';
import { anEvent } from '../../fixtures/events.ts';

type Item = { event: AcceptedEvent };
type Call = { ids: string[]; isFirst: boolean; end: () => void; fail: () => void };

function setUp(given: { maxBytes?: number; maxWaiting?: number } = {}) {
  const calls: Call[] = [];
  const running = new Map<string, Call>();
  const turnedAway: string[] = [];
  const coalescer = createCoalescer<Item, string>({
    maxBytes: given.maxBytes ?? 1_000_000,
    maxTogether: () => Number.POSITIVE_INFINITY,
    maxWaiting: () => given.maxWaiting ?? 1000,
    async turnAway({ event }) {
      turnedAway.push(event.id);
      return `${event.id} turned away`;
    },
    run: (group, isFirst) =>
      new Promise((resolve, reject) => {
        const key = String(group[0]?.event.user);
        expect(running.has(key)).toBe(false);
        const ids = group.map(({ event }) => event.id);
        const leave = (settle: () => void) => () => {
          running.delete(key);
          settle();
        };
        const call: Call = {
          ...{ ids, isFirst },
          end: leave(() => resolve(ids.map((id) => `${id} ran`))),
          fail: leave(() => reject(new Error('The worker is stopping.'))),
        };
        running.set(key, call);
        calls.push(call);
      }),
  });
  const enter = (event: AcceptedEvent) => coalescer.enter(String(event.user), { event });
  /** Ends what runs until nothing does. */
  const finish = async () => {
    while (running.size > 0) {
      for (const call of [...running.values()]) call.end();
      await new Promise(setImmediate);
    }
  };
  return { coalescer, calls, running, turnedAway, enter, finish };
}

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      arrives: fc.record({
        user: fc.constantFrom('alice', 'bob'),
        stamp: fc.integer({ min: 1, max: 5 }),
        source: fc.constantFrom('/a', '/b'),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ends: fc.constantFrom('alice', 'bob') }) },
);

describe('the coalescer', () => {
  it('puts everyone into one group, in order, with the newest last', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { coalescer, calls, running, enter, finish } = setUp();
      const events = new Map<string, AcceptedEvent>();
      const results: Promise<string>[] = [];
      let waiting = new Map<string, Set<string>>();
      for (const [index, one] of steps.entries()) {
        if ('arrives' in one) {
          const event = anEvent({ id: `e${index}`, ...one.arrives });
          const user = one.arrives.user;
          const line = waiting.get(user) ?? new Set();
          if (running.has(user)) waiting.set(user, line.add(event.id));
          events.set(event.id, event);
          results.push(enter(event));
        } else {
          running.get(one.ends)?.end();
          await new Promise(setImmediate);
          const next = running.get(one.ends)?.ids ?? [];
          const expected = waiting.get(one.ends) ?? new Set();
          expect(new Set(next)).toEqual(expected);
          waiting = new Map([...waiting, [one.ends, new Set<string>()]]);
        }
      }
      await finish();
      const ran = await Promise.all(results);
      expect(ran).toEqual([...events.keys()].map((id) => `${id} ran`));
      expect(calls.flatMap(({ ids }) => ids).sort()).toEqual([...events.keys()].sort());
      for (const { ids } of calls) {
        const group = ids.map((id) => events.get(id) as AcceptedEvent);
        expect(group).toEqual([...group].sort(compareOrder));
      }
      expect(coalescer.size).toBe(0);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('does not let users wait for each other, and says who has waited', async () => {
    const { calls, enter, finish } = setUp();
    void enter(anEvent({ id: 'a1' }));
    void enter(anEvent({ id: 'a2' }));
    void enter(anEvent({ id: 'b1', user: 'bob' }));
    expect(calls.map(({ ids, isFirst }) => [ids, isFirst])).toEqual([
      [['a1'], true],
      [['b1'], true],
    ]);
    await finish();
    expect(calls.at(-1)).toMatchObject({ ids: ['a2'], isFirst: false });
  });

  it('goes on after a call that failed, and forgets the user when nobody waits', async () => {
    const { coalescer, running, enter, finish } = setUp();
    const first = enter(anEvent({ id: 'e1' }));
    const second = enter(anEvent({ id: 'e2' }));
    running.get('alice')?.fail();
    await expect(first).rejects.toThrow('stopping');
    await finish();
    expect(await second).toBe('e2 ran');
    expect(coalescer.size).toBe(0);
  });

  it('divides what is too large for one call, the oldest first, and takes one at least', async () => {
    const { calls, enter, finish } = setUp({ maxBytes: 100 });
    for (const [stamp, bytes] of [10, 40, 60, 200, 90, 8].entries()) {
      void enter(anEvent({ id: `e${stamp}`, stamp, data: 'x'.repeat(bytes - 2) }));
    }
    await finish();
    expect(calls.map(({ ids }) => ids)).toEqual([['e0'], ['e1', 'e2'], ['e3'], ['e4', 'e5']]);
  });

  it('turns the oldest of too many away, and never the one that arrives last if it is newer', async () => {
    const { calls, turnedAway, enter, finish } = setUp({ maxWaiting: 2 });
    const results = [1, 5, 3, 4, 2].map((stamp) => enter(anEvent({ id: `e${stamp}`, stamp })));
    expect(turnedAway).toEqual(['e3', 'e2']);
    await finish();
    expect(calls.map(({ ids }) => ids)).toEqual([['e1'], ['e4', 'e5']]);
    expect(await Promise.all(results)).toEqual([
      'e1 ran',
      'e5 ran',
      'e3 turned away',
      'e4 ran',
      'e2 turned away',
    ]);
  });

  it('tells whoever cannot even be turned away', async () => {
    const failure = new Error('The worker is stopping.');
    const coalescer = createCoalescer<Item, string>({
      ...{ maxBytes: 100, maxTogether: () => 100, maxWaiting: () => 0 },
      run: () => new Promise(() => {}),
      turnAway: () => Promise.reject(failure),
    });
    void coalescer.enter('alice', { event: anEvent({ id: 'e1' }) });
    const second = coalescer.enter('alice', { event: anEvent({ id: 'e2' }) });
    await expect(second).rejects.toBe(failure);
  });
});
