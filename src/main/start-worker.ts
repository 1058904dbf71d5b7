// A worker, wired: what consumes events, runs their units, stores and fans out.

import { setMaxListeners } from 'node:events';
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
import type { ReceiptStore } from '../domain/receipt.ts';
import { repeat } from '../domain/repeat.ts';
import { createAnswerPages } from '../domain/worker/answer-pages.ts';
import { createLaneBatcher } from '../domain/worker/batcher.ts';
import { createBuryDeadEvent } from '../domain/worker/bury-dead-events.ts';
import { createCircuitBreaker } from '../domain/worker/circuit-breaker.ts';
import { type CommitUnit, createCommitUnit } from '../domain/worker/commit-units.ts';
import { countRunning } from '../domain/worker/count-running.ts';
import type { DeadEventConsumer } from '../domain/worker/dead-events.ts';
import { createDeliverContent } from '../domain/worker/deliver-content.ts';
import { isFollowUp } from '../domain/worker/event-family.ts';
import type { EventState } from '../domain/worker/finished-unit.ts';
import type { FollowUpStore } from '../domain/worker/follow-up-store.ts';
import { createLimiter } from '../domain/worker/limit-concurrency.ts';
import { createParkUnit, type ParkUnit } from '../domain/worker/park-unit.ts';
import { createPrepareEvent, type LoadState } from '../domain/worker/prepare-event.ts';
import { createPrepareRequested } from '../domain/worker/prepare-requested.ts';
import { createResendEvent } from '../domain/worker/resend-event.ts';
import { createResendUnsent } from '../domain/worker/resend-unsent.ts';
import type { RetentionStore } from '../domain/worker/retention.ts';
import { retryParked } from '../domain/worker/retry-parked.ts';
import { createRetryUnit } from '../domain/worker/retry-unit.ts';
import { createRunCoalesced } from '../domain/worker/run-coalesced.ts';
import { createRunUnit } from '../domain/worker/run-unit.ts';
import { createScheduleTimers } from '../domain/worker/schedule-timers.ts';
import { createStoreReport, type ReportConsumer } from '../domain/worker/store-reports.ts';
import { createUnitFinder } from '../domain/worker/units.ts';
import { createUntilAvailable, type UntilAvailable } from '../domain/worker/until-available.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import { followUpParts } from './follow-up-parts.ts';
import type { ValuesOf } from './settings.ts';
import { startForgetting } from './start-forgetting.ts';
import type { workerLimits } from './worker-settings.ts';

export type WorkerParts = {
  config: Config;
  limits: ValuesOf<typeof workerLimits>;
  events: EventConsumer;
  deadEvents: DeadEventConsumer;
  publisher: EventPublisher;
  fanOut: FanOut;
  pageRequests: PageRequestConsumer;
  contentRequests: ContentRequestConsumer;
  reports: ReportConsumer;
  receipts: Pick<ReceiptStore, 'storeReport'>;
  store: ContentStore & FollowUpStore;
  retention: RetentionStore;
  runner: UnitRunner;
  observe: Observe;
  nowMs: Clock;
};

/** Parked units or unsent places that one turn takes at most. */
const maxSweep = 100;

/** Events that begin together, and how many such reads a lane has under way. */
const loadBatch = { maxItems: 100, maxConcurrent: 2 };

/**
 * Events are consumed once this resolves. `stop` ends what was begun, but waits for no server that
 * is away: what that keeps from ending is delivered again. It closes no part.
 */
export async function startWorker(parts: WorkerParts): Promise<Running> {
  const { config, limits, store, fanOut, observe, nowMs } = parts;
  const stopping = new AbortController();
  // While Postgres is away all that is under way waits for it: no leak, as Node would have it.
  setMaxListeners(0, stopping.signal);
  const untilAvailable = createUntilAvailable(observe, stopping.signal);
  const deliver = createDeliverContent({
    ...{ fanOut, store, observe, nowMs, untilAvailable },
    patienceMs: limits.fanOutPatienceMs,
  });
  const followUps = followUpParts({ ...parts, untilAvailable });
  const runner = countRunning(followUps.runner);
  const commit = createCommitUnit({
    ...{ store, deliver, observe, nowMs, untilAvailable, ...followUps.forCommit },
    maxUnits: limits.maxCommitUnits,
    maxConcurrent: limits.maxCommits,
    intervalMs: limits.commitIntervalMs,
    ...{ running: runner.running, isGenerating: runner.isGenerating },
  });
  const park = createParkUnit({ store, untilAvailable, observe });
  const { runInTurn, busy } = createRunInTurn({ ...parts, runner }, { commit, park });
  const unitsOf = createUnitFinder(config);
  const resend = createResendEvent({ store, deliver, untilAvailable });
  const load = createLoad(parts, untilAvailable);
  const runUnit = createRunCoalesced({
    ...{ runUnit: runInTurn, load, commit, park },
    saturationPatienceMs: limits.saturationPatienceMs,
    maxWaiting: {
      interactive: Math.ceil(limits.interactivePrefetch / 2),
      bulk: Math.ceil(limits.bulkPrefetch / 2),
    },
  });
  const work = { unitsOf, load, runUnit, park, commit, resend };
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
    await parts.deadEvents.consumeDeadEvents(createBuryDeadEvent({ ...work, naming, nowMs })),
    await parts.contentRequests.consumeContentRequests(requests),
    await parts.pageRequests.consumePageRequests(pages),
    await parts.reports.consumeReports(
      createStoreReport({ store: parts.receipts, untilAvailable, observe }),
    ),
    retryParked({
      ...{ ...sweep, store, busy, observe, everyMs },
      retry: createRetryUnit({ ...work, store, nowMs }),
    }),
    repeat(
      'resend_unsent',
      everyMs,
      createResendUnsent({ store, fanOut, observe, max: maxSweep }),
      observe,
    ),
    repeat('schedule_timers', everyMs, timers, observe),
    followUps.startSweep(),
    startForgetting(parts),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}

function createRunInTurn(
  { limits, runner, observe, nowMs }: WorkerParts,
  after: { commit: CommitUnit; park: ParkUnit },
) {
  const limiter = createLimiter();
  const breaker = createCircuitBreaker({
    maxFailures: limits.circuitMaxFailures,
    windowMs: limits.circuitWindowMs,
    halfOpenAfterMs: limits.circuitHalfOpenAfterMs,
    ...{ observe, nowMs },
  });
  const runInTurn = createRunUnit({
    ...{ ...after, runner, limiter, breaker, observe, nowMs },
    saturationPatienceMs: limits.saturationPatienceMs,
    retryDelaysMs: [limits.firstRetryDelayMs, limits.secondRetryDelayMs, limits.thirdRetryDelayMs],
  });
  return { runInTurn, busy: () => [...limiter.saturated(), ...breaker.open()] };
}

/**
 * A unit may run three times before it is given back: with others, alone, in a thread of its own.
 * One that coalesces waits for up to three calls of others, and is then in up to three itself.
 */
function longestRunMs({ generators, reactions }: Config): number {
  const callMs = ({ deadlineMs }: { deadlineMs: number }) => 3 * deadlineMs;
  const coalescing = generators.filter(({ coalesce }) => coalesce !== null);
  return Math.max(
    0,
    ...[...generators, ...reactions].map(callMs),
    ...coalescing.map((generator) => 6 * callMs(generator)),
  );
}

/** Events begin when their state is loaded: whoever begins together stays together all the way. */
function createLoad({ store, limits }: WorkerParts, untilAvailable: UntilAvailable): LoadState {
  type Request = { event: AcceptedEvent; slots: readonly string[] };
  const load = createLaneBatcher<Request, EventState>(({ event }) => event.lane, {
    ...loadBatch,
    intervalMs: () => limits.beginIntervalMs,
    // Its user has waited for the event that led to it.
    isUrgent: ({ event }) => isFollowUp(event),
    yieldingIntervalMs: limits.bulkIntervalMs,
    flush: (requests) => untilAvailable(() => store.load(requests)),
  });
  return (event, slots) => load({ event, slots });
}
