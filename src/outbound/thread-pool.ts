// Hands units to threads: interactive ones first, and to the thread that comes to them first.

import { setImmediate } from 'node:timers';
import { Failure } from '../domain/errors.ts';
import type { Lane } from '../domain/event.ts';
import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';
import { createThreadCrew, type ThreadCrewOptions } from './thread-crew.ts';
import type { Thread } from './thread-start.ts';
import type { AskedUnit, ThreadLoss } from './thread-units.ts';

export type ThreadPoolOptions = ThreadCrewOptions & {
  /** Units that run in one thread at the same time. */
  unitsPerThread: number;
  /** Units that wait for a place in a thread; more are refused. */
  maxWaiting: number;
};

export type ThreadPool = {
  /** Resolves when `minThreads` have loaded the configuration; rejects with why they cannot. */
  warmUp(): Promise<void>;
  /** Rejects with `unavailable` when too many units wait, or no thread can boot. */
  run(call: UnitCall): Promise<UnitAnswer | ThreadLoss>;
  /** Ends the threads at once, whatever runs in them. */
  close(): Promise<void>;
};

/**
 * Units that a thread is given ahead of those that it has begun with: what one long step holds back
 * for a moment. Half as many cost half as much CPU again, because fewer go in one message.
 */
const maxOwed = 8;

/** Between looks at the threads. */
const lookEveryMs = 50;

export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  const { maxThreads, unitsPerThread, maxWaiting } = options;
  let isDue = false;
  const waiting: { [lane in Lane]: AskedUnit[] } = { interactive: [], bulk: [] };
  const crew = createThreadCrew(options, {
    changed: dispatchSoon,
    takenBack: putBack,
    failed: refuseWaiting,
  });
  const looking = setInterval(() => {
    crew.look();
    dispatch();
  }, lookEveryMs);

  function refuseWaiting(error: string): void {
    for (const { refuse } of [...waiting.interactive.splice(0), ...waiting.bulk.splice(0)])
      refuse(new Failure('unavailable', error));
  }

  /** Before those that came later. */
  function putBack(units: readonly AskedUnit[]): void {
    for (const unit of units.toReversed()) waiting[unit.call.event.lane].unshift(unit);
    dispatchSoon();
  }

  /** All that a turn of the event loop brings goes to its thread in one message. */
  function dispatchSoon(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      dispatch();
    });
  }

  function dispatch(): void {
    const takers = crew.takers();
    for (let thread = freest(takers); thread !== undefined; thread = freest(takers)) {
      const next = waiting.interactive.shift() ?? waiting.bulk.shift();
      if (next === undefined) break;
      thread.give(next);
    }
    for (const thread of crew.threads) thread.flush(crew.isCareful());
    crew.recruit(waitingCount());
  }

  /** The one that owes least has begun with what it was given, and comes to the next one first. */
  function freest(takers: readonly Thread[]): Thread | undefined {
    let [found, foundRank]: [Thread | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const thread of takers) {
      const [units, owed] = [thread.units.count(), thread.units.owed()];
      if (units >= unitsPerThread || owed >= maxOwed) continue;
      const rank = owed * unitsPerThread + units;
      if (rank < foundRank) [found, foundRank] = [thread, rank];
    }
    return found;
  }

  const waitingCount = () => waiting.interactive.length + waiting.bulk.length;

  function isFull(): boolean {
    const running = [...crew.threads].reduce((sum, { units }) => sum + units.count(), 0);
    return running + waitingCount() >= maxThreads * unitsPerThread + maxWaiting;
  }

  return {
    warmUp: async () => void (await crew.booted),
    async run(call) {
      if (isFull()) {
        throw new Failure('unavailable', `${waitingCount()} units already wait for a thread.`);
      }
      return new Promise((answer, refuse) => {
        waiting[call.event.lane].push({ call, answer, refuse });
        dispatchSoon();
      });
    },
    async close() {
      clearInterval(looking);
      const closed = crew.close();
      refuseWaiting('The threads are closed.');
      await closed;
    },
  };
}
