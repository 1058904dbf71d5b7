// A worker, wired: what consumes events, runs their units, stores and fans out.

import { createAnswerPages } from '../domain/answer-pages.ts';
import { createBatcher } from '../domain/batcher.ts';
import { createCoalescer } from '../domain/coalesce.ts';
import { createCommitUnit } from '../domain/commit-units.ts';
import type { Config } from '../domain/config.ts';
import { createDeliverContent } from '../domain/deliver-content.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import { createLimiter } from '../domain/limit-concurrency.ts';
import type { Observe } from '../domain/observation.ts';
import type {
  Clock,
  ContentStore,
  EventConsumer,
  EventPublisher,
  EventState,
  FanOut,
  PageRequestConsumer,
  Running,
  UnitRunner,
} from '../domain/ports.ts';
import { createPrepareEvent, type LoadState } from '../domain/prepare-event.ts';
import { repeat } from '../domain/repeat.ts';
import { createResendUnsent } from '../domain/resend-unsent.ts';
import { createRetryParked } from '../domain/retry-parked.ts';
import { createRunUnit } from '../domain/run-unit.ts';
import { createScheduleTimers } from '../domain/schedule-timers.ts';
import { createUnitFinder } from '../domain/units.ts';
import { untilAvailable } from '../domain/until-available.ts';
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
  store: ContentStore;
  runner: UnitRunner;
  observe: Observe;
  nowMs: Clock;
};

/** Parked units or unsent places that one turn takes at most. */
const maxSweep = 100;

/** Events whose state is loaded together, and how long the first of them waits for others. */
const loadBatch = { maxItems: 100, maxWaitMs: 1 };

/** Events are consumed once this resolves. `stop` ends what was begun; it closes no part. */
export async function startWorker(parts: WorkerParts): Promise<Running> {
  const { config, limits, store, fanOut, observe, nowMs } = parts;
  const deliver = createDeliverContent({
    ...{ fanOut, store, observe, nowMs },
    patienceMs: limits.fanOutPatienceMs,
  });
  const commit = createCommitUnit({
    ...{ store, deliver, observe, nowMs },
    maxUnits: limits.maxCommitUnits,
    maxWaitMs: limits.commitWaitMs,
  });
  const runUnit = createRunUnit({
    ...{ store, commit, observe },
    runner: parts.runner,
    limiter: createLimiter(),
    coalescer: createCoalescer(),
    saturationPatienceMs: limits.saturationPatienceMs,
    retryDelaysMs: [limits.firstRetryDelayMs, limits.secondRetryDelayMs, limits.thirdRetryDelayMs],
  });
  const unitsOf = createUnitFinder(config);
  const work = { unitsOf, load: createLoad(store, observe), runUnit, commit, deliver, store };
  const sweep = { max: maxSweep, leaseMs: limits.leaseMs };

  const pages = createAnswerPages({ store, fanOut, observe, maxPageBytes: limits.maxPageBytes });
  const timers = createScheduleTimers({
    ...{ generators: config.generators, publisher: parts.publisher, nowMs },
    naming: { ticketOf, digestOf },
  });
  const everyMs = limits.sweepEveryMs;
  const running = [
    await parts.events.consume(createPrepareEvent({ ...work, observe })),
    await parts.pageRequests.consumePageRequests(pages),
    repeat('retry_parked', everyMs, createRetryParked({ ...work, ...sweep }), observe),
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
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}

function createLoad(store: ContentStore, observe: Observe): LoadState {
  type Request = { event: AcceptedEvent; slots: readonly string[] };
  const load = createBatcher<Request, EventState>({
    ...loadBatch,
    flush: (requests) => untilAvailable(() => store.load(requests), observe),
  });
  return (event, slots) => load({ event, slots });
}
