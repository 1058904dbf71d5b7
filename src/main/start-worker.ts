// A worker, wired: what consumes events, runs their units, stores and fans out.

import type { Config } from '../domain/config.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import type { Observe } from '../domain/observation.ts';
import type {
  Clock,
  ContentRequestConsumer,
  ContentStore,
  EventConsumer,
  EventPublisher,
  FanOut,
  PageRequestConsumer,
  Running,
  UnitRunner,
} from '../domain/ports.ts';
import { repeat } from '../domain/repeat.ts';
import { createAnswerPages } from '../domain/worker/answer-pages.ts';
import { createBatcher } from '../domain/worker/batcher.ts';
import { createCoalescer } from '../domain/worker/coalesce.ts';
import { createCommitUnit } from '../domain/worker/commit-units.ts';
import { createDeliverContent } from '../domain/worker/deliver-content.ts';
import type { EventState } from '../domain/worker/finished-unit.ts';
import { createLimiter } from '../domain/worker/limit-concurrency.ts';
import { createPrepareEvent, type LoadState } from '../domain/worker/prepare-event.ts';
import { createPrepareRequested } from '../domain/worker/prepare-requested.ts';
import { createResendEvent } from '../domain/worker/resend-event.ts';
import { createResendUnsent } from '../domain/worker/resend-unsent.ts';
import { retryParked } from '../domain/worker/retry-parked.ts';
import { createRunUnit } from '../domain/worker/run-unit.ts';
import { createScheduleTimers } from '../domain/worker/schedule-timers.ts';
import { createUnitFinder } from '../domain/worker/units.ts';
import { createUntilAvailable, type UntilAvailable } from '../domain/worker/until-available.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import type { ValuesOf } from './settings.ts';
import type { workerLimits } from './worker-settings.ts';

export type WorkerParts = {
  config: Config;
  limits: ValuesOf<typeof workerLimits>;
  events: EventConsumer;
  publisher: EventPublisher;
  fanOut: FanOut;
  pageRequests: PageRequestConsumer;
  contentRequests: ContentRequestConsumer;
  store: ContentStore;
  runner: UnitRunner;
  observe: Observe;
  nowMs: Clock;
};

/** Parked units or unsent places that one turn takes at most. */
const maxSweep = 100;

/** Events whose state is loaded together, and how long the first of them waits for others. */
const loadBatch = { maxItems: 100, maxWaitMs: 1 };

/**
 * Events are consumed once this resolves. `stop` ends what was begun, but waits for no server that
 * is away: what that keeps from ending is delivered again. It closes no part.
 */
export async function startWorker(parts: WorkerParts): Promise<Running> {
  const { config, limits, store, fanOut, observe, nowMs } = parts;
  const stopping = new AbortController();
  const untilAvailable = createUntilAvailable(observe, stopping.signal);
  const deliver = createDeliverContent({
    ...{ fanOut, store, observe, nowMs, untilAvailable },
    patienceMs: limits.fanOutPatienceMs,
  });
  const commit = createCommitUnit({
    ...{ store, deliver, observe, nowMs, untilAvailable },
    maxUnits: limits.maxCommitUnits,
    maxWaitMs: limits.commitWaitMs,
  });
  const runUnit = createRunUnit({
    ...{ store, commit, observe, untilAvailable },
    runner: parts.runner,
    limiter: createLimiter(),
    coalescer: createCoalescer(),
    saturationPatienceMs: limits.saturationPatienceMs,
    retryDelaysMs: [limits.firstRetryDelayMs, limits.secondRetryDelayMs, limits.thirdRetryDelayMs],
  });
  const unitsOf = createUnitFinder(config);
  const resend = createResendEvent({ store, deliver, untilAvailable });
  const load = createLoad(store, untilAvailable);
  const work = { unitsOf, load, runUnit, commit, resend };
  const everyMs = limits.sweepEveryMs;
  const leaseMs = limits.leaseMs + longestRunMs(config) + limits.fanOutPatienceMs;
  const sweep = { max: maxSweep, leaseMs };

  const pages = createAnswerPages({ store, fanOut, observe, maxPageBytes: limits.maxPageBytes });
  const naming = { ticketOf, digestOf };
  const timers = createScheduleTimers({
    ...{ generators: config.generators, publisher: parts.publisher, nowMs, naming },
  });
  const prepare = createPrepareEvent({ ...work, deliver });
  const requests = createPrepareRequested({ config, prepare, naming, nowMs, observe });
  const running = [
    await parts.events.consume(prepare),
    await parts.contentRequests.consumeContentRequests(requests),
    await parts.pageRequests.consumePageRequests(pages),
    retryParked({ ...work, ...sweep, store, observe, nowMs, everyMs }),
    repeat(
      'resend_unsent',
      everyMs,
      createResendUnsent({ store, fanOut, observe, ...sweep }),
      observe,
    ),
    repeat('schedule_timers', everyMs, timers, observe),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}

/** A unit may run three times before it is given back: with others, alone, in a thread of its own. */
function longestRunMs({ generators, reactions }: Config): number {
  const deadlinesMs = [...generators, ...reactions].map((unit) => unit.deadlineMs);
  return 3 * Math.max(0, ...deadlinesMs);
}

function createLoad(store: ContentStore, untilAvailable: UntilAvailable): LoadState {
  type Request = { event: AcceptedEvent; slots: readonly string[] };
  const load = createBatcher<Request, EventState>({
    ...loadBatch,
    flush: (requests) => untilAvailable(() => store.load(requests)),
  });
  return (event, slots) => load({ event, slots });
}
