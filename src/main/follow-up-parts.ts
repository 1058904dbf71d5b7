// What a worker needs to make events of what units report, and to publish them.

import type { Config } from '../domain/config.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, EventPublisher, Running, UnitRunner } from '../domain/ports.ts';
import { repeat } from '../domain/repeat.ts';
import { withFollowUps } from '../domain/worker/follow-up-events.ts';
import {
  createPublishFollowUps,
  type PublishFollowUps,
} from '../domain/worker/follow-up-publish.ts';
import type { FollowUpStore } from '../domain/worker/follow-up-store.ts';
import { createSweepFollowUps } from '../domain/worker/follow-up-sweep.ts';
import { createLimiter } from '../domain/worker/limit-concurrency.ts';
import type { UntilAvailable } from '../domain/worker/until-available.ts';
import { ajvDataValidator } from '../outbound/ajv-data-validator.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import type { ValuesOf } from './settings.ts';
import type { workerLimits } from './worker-settings.ts';

/** Events that one turn of the sweep takes at most. */
const maxSweep = 200;

/** Beside the patience of whoever stored them: for the transaction, and the last confirm. */
const slackMs = 5_000;

type Around = {
  config: Config;
  limits: ValuesOf<typeof workerLimits>;
  publisher: EventPublisher;
  store: FollowUpStore;
  runner: UnitRunner;
  untilAvailable: UntilAvailable;
  observe: Observe;
  nowMs: Clock;
};

export type FollowUpParts = {
  runner: UnitRunner;
  forCommit: { publishFollowUps: PublishFollowUps; followUpLeaseMs: number };
  startSweep(): Running;
};

export function followUpParts(around: Around): FollowUpParts {
  const { config, limits, store, publisher, untilAvailable, observe, nowMs } = around;
  const reported = new Set([...config.generators, ...config.reactions].flatMap((it) => it.reports));
  const leaseMs = limits.fanOutPatienceMs + slackMs;
  return {
    runner: withFollowUps(around.runner, {
      config,
      validateData: ajvDataValidator(config.events.filter(({ type }) => reported.has(type))),
      naming: { ticketOf, digestOf },
    }),
    forCommit: {
      publishFollowUps: createPublishFollowUps({
        ...{ publisher, store, untilAvailable, observe, nowMs },
        limiter: createLimiter(),
        patienceMs: limits.fanOutPatienceMs,
      }),
      followUpLeaseMs: leaseMs,
    },
    startSweep() {
      const sweep = createSweepFollowUps({ store, publisher, observe, leaseMs, max: maxSweep });
      return repeat('sweep_follow_ups', limits.sweepEveryMs, sweep, observe);
    },
  };
}
