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

function setUp(publish: (events: readonly AcceptedEvent[]) => Promise<void> = async () => {}) {
  const store = memoryFollowUps(Date.now);
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
    ...{ ...deps, limiter: createLimiter(), nowMs: Date.now, patienceMs: 150 },
    untilAvailable: createUntilAvailable(() => {}, new AbortController().signal),
  });
  const sweep = createSweepFollowUps({ ...deps, max: 100, leaseMs: 60_000 });
  const waiting = () => store.claimFollowUps({ max: 10_000, leaseMs: 0 });
  return { store, groups, observed, publishFollowUps, sweep, waiting };
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
    const { store, sweep, waiting } = setUp(away);
    store.add(eventsOf(1), 0);
    await expect(sweep()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await waiting()).toEqual([]);
    expect(await sweep()).toBe(false);
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
