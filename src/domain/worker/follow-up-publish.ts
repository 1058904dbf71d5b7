// After the commit: the events that units reported go to the queues of their lanes.

import { allEnded } from '../all-ended.ts';
import { type AcceptedEvent, type Lane, lanes } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, EventPublisher } from '../ports.ts';
import type { FollowUpStore } from './follow-up-store.ts';
import type { Limiter } from './limit-concurrency.ts';
import { createSendPatiently } from './send-patiently.ts';
import type { UntilAvailable } from './until-available.ts';

/** Resolves once each event is published and forgotten, or left to the sweep. */
export type PublishFollowUps = (events: readonly AcceptedEvent[]) => Promise<void>;

/** Events that wait for their confirm together, and how many such groups of a lane a worker has. */
const groupSize = 100;
const maxGroups = 4;

/**
 * One unit may report thousands. Were they published all at once, they would take every place in
 * flight from the content of everybody else; so units take turns, group by group. What is not
 * published within `patienceMs` stays where the commit put it.
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
  const sendPatiently = createSendPatiently(deps);

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
      const error = await sendPatiently(() => deps.publisher.publish(group), begunAtMs);
      if (error === null) await deps.untilAvailable(() => deps.store.removeFollowUps(group));
      return error;
    } finally {
      leave();
    }
  }
}
