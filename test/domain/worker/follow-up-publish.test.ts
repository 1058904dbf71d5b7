import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import type { AcceptedEvent, Lane } from '../../../src/domain/event.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import { createPublishFollowUps } from '../../../src/domain/worker/follow-up-publish.ts';
import { createSweepFollowUps } from '../../../src/domain/worker/follow-up-sweep.ts';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';
import { createUntilAvailable } from '../../../src/domain/worker/until-available.ts';
import { memoryFollowUps } from '../../../src/outbound/memory-follow-ups.ts';
import { anEvent } from '../../fixtures/events.ts';

const eventsOf = (count: number, lane: Lane = 'interactive', name = 'e1') =>
  Array.from({ length: count }, (_, n) => anEvent({ id: `${name}#announce#${n}`, lane }));

function setUp(
  publish: (events: readonly AcceptedEvent[]) => Promise<void> = async () => {},
  patienceMs = 150,
) {
  const clock = { aheadMs: 0 };
  const nowMs = () => Date.now() + clock.aheadMs;
  const store = memoryFollowUps(nowMs);
  const groups: (readonly AcceptedEvent[])[] = [];
  const observed: Observation[] = [];
  const deps = {
    publisher: {
      async publish(events: readonly AcceptedEvent[]) {
        await publish(events);
        groups.push(events);
      },
    },
    observe: (observation: Observation) => void observed.push(observation),
    store,
  };
  const publishFollowUps = createPublishFollowUps({
    ...{ ...deps, limiter: createLimiter(), nowMs, patienceMs },
    untilAvailable: createUntilAvailable(() => {}, new AbortController().signal),
  });
  const sweep = createSweepFollowUps({ ...deps, max: 100, leaseMs: 60_000 });
  const waiting = () => store.claimFollowUps({ max: 10_000, leaseMs: 0 });
  return { clock, store, groups, observed, publishFollowUps, sweep, waiting };
}

const away = async () => {
  throw new Failure('unavailable', 'away');
};

describe('publishing follow-up events', () => {
  it('goes group by group, and forgets what the broker has', async () => {
    const { store, groups, publishFollowUps, waiting } = setUp();
    const events = eventsOf(250);
    store.add(events, 0);
    await publishFollowUps(events);
    expect(groups.map((group) => group.length)).toEqual([100, 100, 50]);
    expect(groups.flat()).toEqual(events);
    expect(await waiting()).toEqual([]);
  });

  it('leaves to the sweep what the broker does not take in time', async () => {
    let published = 0;
    const { store, observed, publishFollowUps, sweep, waiting } = setUp(async () => {
      published += 1;
      if (published > 1 && published < 100) await away();
    });
    const events = eventsOf(250);
    store.add(events, 0);
    await publishFollowUps(events);
    expect(await waiting()).toEqual(events.slice(100));
    expect(observed).toEqual([
      { kind: 'follow_ups_deferred', events: 150, error: 'Failure: away' },
    ]);
    published = 100;
    expect([await sweep(), await sweep(), await sweep()]).toEqual([true, false, false]);
    expect(await waiting()).toEqual([]);
    expect(observed.slice(1)).toEqual([
      { kind: 'follow_ups_resumed', events: 100 },
      { kind: 'follow_ups_resumed', events: 50 },
    ]);
  });

  it('keeps a sweep that failed for when its lease ends', async () => {
    let attempts = 0;
    const { clock, store, groups, sweep } = setUp(async () => {
      attempts += 1;
      if (attempts === 1) await away();
    });
    const events = eventsOf(1);
    store.add(events, 0);
    await expect(sweep()).rejects.toMatchObject({ code: 'unavailable' });
    await sweep();
    expect(groups).toEqual([]);
    clock.aheadMs += 60_000;
    await sweep();
    expect(groups).toEqual([events]);
  });

  it('repeats until Postgres forgets what the broker has', async () => {
    const { store, groups, publishFollowUps, waiting } = setUp();
    const { removeFollowUps } = store;
    let refusals = 1;
    store.removeFollowUps = async (events) => {
      if (refusals-- > 0) throw new Failure('unavailable', 'Postgres is away.');
      await removeFollowUps(events);
    };
    const events = eventsOf(1);
    store.add(events, 0);
    await publishFollowUps(events);
    expect(groups).toEqual([events]);
    expect(await waiting()).toEqual([]);
  });

  it('has one patience for all groups of a unit, before the lease of what it stored ends', async () => {
    const patienceMs = 3_600_000;
    let attempts = 0;
    const { clock, observed, publishFollowUps } = setUp(async () => {
      attempts += 1;
      if (attempts > 1) await away();
      clock.aheadMs += patienceMs;
    }, patienceMs);
    await publishFollowUps(eventsOf(300));
    expect(attempts).toBe(2);
    expect(observed).toMatchObject([{ kind: 'follow_ups_deferred', events: 200 }]);
  });

  it('waits no longer than that for a turn, either', async () => {
    const patienceMs = 3_600_000;
    const begun: string[] = [];
    const held: (() => void)[] = [];
    const { clock, observed, publishFollowUps } = setUp(async ([event]) => {
      const name = event?.id.split('#')[0] ?? '';
      begun.push(name);
      if (begun.length > 1) return new Promise((resolve) => void held.push(resolve));
      for (const other of ['a', 'b', 'c', 'd']) {
        others.push(publishFollowUps(eventsOf(1, 'interactive', other)));
      }
      clock.aheadMs += patienceMs;
    }, patienceMs);
    const others: Promise<void>[] = [];
    await publishFollowUps(eventsOf(200));
    expect(begun).toEqual(['e1', 'a', 'b', 'c', 'd']);
    expect(observed).toMatchObject([{ kind: 'follow_ups_deferred', events: 100 }]);
    for (const resolve of held) resolve();
    await Promise.all(others);
  });

  it('has a few groups of a lane under way, whoever reported them, and never waits for bulk', async () => {
    let open = 0;
    let most = 0;
    const held: (() => void)[] = [];
    const { groups, publishFollowUps } = setUp(async ([event]) => {
      if (event?.lane === 'interactive') return;
      open += 1;
      most = Math.max(most, open);
      await new Promise<void>((resolve) => held.push(resolve));
      open -= 1;
    });
    const units = ['a', 'b', 'c', 'd', 'e', 'f'];
    const bulk = Promise.all(units.map((name) => publishFollowUps(eventsOf(1, 'bulk', name))));
    await publishFollowUps(eventsOf(1));
    expect(groups.flat().map(({ lane }) => lane)).toEqual(['interactive']);
    const freeing = setInterval(() => held.shift()?.(), 1);
    await bulk;
    clearInterval(freeing);
    expect([most, groups.length]).toEqual([4, 7]);
  });
});
