// The part of a worker that forgets.

import type { Observe } from '../domain/observation.ts';
import type { Running } from '../domain/ports.ts';
import { repeat } from '../domain/repeat.ts';
import { createForget, type RetentionStore } from '../domain/worker/retention.ts';
import type { retentionSettings } from './retention-settings.ts';
import type { ValuesOf } from './settings.ts';

export function startForgetting(parts: {
  limits: ValuesOf<typeof retentionSettings>;
  retention: RetentionStore;
  observe: Observe;
}): Running {
  const { limits, retention: store, observe } = parts;
  const forget = createForget({
    ...{ store, observe, max: limits.retentionMaxRows, pauseMs: limits.retentionPauseMs },
    keepMs: {
      event_data: limits.keepEventDataMs,
      events: limits.keepEventsMs,
      dead_letters: limits.keepDeadLettersMs,
      receipts: limits.keepRetiredMs,
    },
  });
  return repeat('forget', limits.retentionEveryMs, forget, observe);
}
