// After the commit: the events that units reported go to the queues of their lanes.

import { allEnded } from '../all-ended.ts';
import { backoffMs, pause } from '../backoff.ts';
import { describeError, isUnavailable } from '../errors.ts';
import { type AcceptedEvent, type Lane, lanes } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, EventPublisher } from '../ports.ts';
import type { FollowUpStore } from './follow-up-store.ts';
import type { Limiter } from './limit-concurrency.ts';
import type { UntilAvailable } from './until-available.ts';

/** Resolves once each event is published and forgotten, or left to the sweep. */
export type PublishFollowUps = (events: readonly AcceptedEvent[]) => Promise<void>;

/** Events that wait for their confirm together, and how many such groups of a lane a worker has. */
const groupSize = 100;
const maxGroups = 4;

/**
 * One unit may report thousands. Were they published all at once, they would take every place in
 * flight from the content of everybody else; so units take turns, group by group. What is not
 * published within `patienceMs` stays where the commit put it. Once that long has passed without any
 * event taken, those that follow are tried once each, as their content is.
 */
export function createPublishFollowUps(deps: {
  publisher: EventPublisher;
  store: FollowUpStore;
  limiter: Limiter;
  untilAvailable: UntilAvailable;
  observe: Observe;
  nowMs: Clock;
  patienceMs: number;
}): PublishFollowUps {
  /** Since when no event was taken; `null`: the last one was. */
  let refusingSinceMs: number | null = null;

  return async (events) => {
    if (events.length === 0) return;
    const begunAtMs = deps.nowMs();
    const ofLane = (lane: Lane) => events.filter((event) => event.lane === lane);
    await allEnded(lanes.map((lane) => publishLane(lane, ofLane(lane), begunAtMs)));
  };

  async function publishLane(
    lane: Lane,
    events: readonly AcceptedEvent[],
    begunAtMs: number,
  ): Promise<void> {
    for (let from = 0; from < events.length; from += groupSize) {
      const error = await publishInTurn(lane, events.slice(from, from + groupSize), begunAtMs);
      if (error === null) continue;
      deps.observe({ kind: 'follow_ups_deferred', events: events.length - from, error });
      return;
    }
  }

  /** Returns why it was given up. */
  async function publishInTurn(
    lane: Lane,
    group: readonly AcceptedEvent[],
    begunAtMs: number,
  ): Promise<string | null> {
    const leftMs = begunAtMs + deps.patienceMs - deps.nowMs();
    const leave = await deps.limiter.enter(lane, {
      // Each lane has a line of its own here, in which nobody goes first.
      ...{ lane: 'interactive', max: maxGroups, patienceMs: leftMs },
    });
    if (leave === null) return 'Others are being published.';
    try {
      const error = await publish(group, begunAtMs);
      if (error === null) await deps.untilAvailable(() => deps.store.removeFollowUps(group));
      return error;
    } finally {
      leave();
    }
  }

  async function publish(
    group: readonly AcceptedEvent[],
    begunAtMs: number,
  ): Promise<string | null> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await deps.publisher.publish(group);
        refusingSinceMs = null;
        return null;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        refusingSinceMs ??= deps.nowMs();
        const giveUpAtMs = Math.min(begunAtMs, refusingSinceMs) + deps.patienceMs;
        const delayMs = backoffMs(attempt, { firstMs: 100, maxMs: 2000 });
        if (deps.nowMs() + delayMs >= giveUpAtMs) return describeError(error);
        await pause(delayMs);
      }
    }
  }
}
