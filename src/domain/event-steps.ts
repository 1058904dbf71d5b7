// The steps of single events on their way through one process, each with its time: what the demo of
// solo mode shows. Nothing is kept of an event that nobody watches.

import type { Observation } from './observation.ts';
import type { ContentStore, UnitRunner } from './ports.ts';
import type { UnitCall } from './worker/unit-call.ts';

/** Milliseconds since the watch began. A step that was begun earlier than it ended was worked on. */
export type EventStep = {
  step: 'accepted' | 'generated' | 'stored' | 'positioned' | 'ended';
  /** Where it was positioned, or the outcome that it ended with instead. */
  where: string | null;
  beganMs: number;
  endedMs: number;
};

export type EventSteps = ReturnType<typeof createEventSteps>;

type Watch = {
  user: string;
  startedMs: number;
  /** Of the document that the event led to; `null` until it is stored. */
  version: number | null;
  onStep: (step: EventStep) => void;
};

export function createEventSteps(deps: {
  /** Milliseconds since any moment, from a clock that nobody sets. */
  elapsedMs: () => number;
  maxWatched: number;
}) {
  const { elapsedMs, maxWatched } = deps;
  const watches = new Map<string, Watch>();

  function tell(watch: Watch, name: EventStep['step'], where: string | null, beganMs?: number) {
    const endedMs = elapsedMs() - watch.startedMs;
    const began = beganMs === undefined ? endedMs : beganMs - watch.startedMs;
    watch.onStep({ step: name, where, beganMs: began, endedMs });
  }

  return {
    /** Returns what ends it, or `null` when too many are watched already. */
    watch(ticket: string, user: string, onStep: Watch['onStep']): (() => void) | null {
      if (watches.size >= maxWatched) return null;
      const watch = { user, startedMs: elapsedMs(), version: null, onStep };
      watches.set(ticket, watch);
      return () => {
        if (watches.get(ticket) === watch) watches.delete(ticket);
      };
    },

    accepted(observation: Observation): void {
      if (observation.kind !== 'event_accepted') return;
      const watch = watches.get(observation.ticket);
      if (watch !== undefined) tell(watch, 'accepted', null, watch.startedMs);
    },

    positioned(region: string, observation: Observation): void {
      if (observation.kind !== 'content_positioned') return;
      for (const watch of watches.values()) {
        const isIt = watch.user === observation.user && watch.version !== null;
        if (isIt && observation.version >= (watch.version as number)) {
          tell(watch, 'positioned', region);
        }
      }
    },

    /** `onRun` is told of every unit that is run. */
    aroundRunner(runner: UnitRunner, onRun: (call: UnitCall) => void): UnitRunner {
      return {
        close: () => runner.close(),
        async run(call) {
          onRun(call);
          const beganMs = elapsedMs();
          const answer = await runner.run(call);
          const watch = watches.get(call.event.ticket);
          if (watch !== undefined) tell(watch, 'generated', null, beganMs);
          return answer;
        },
      };
    },

    aroundStore<Store extends Pick<ContentStore, 'commit'>>(store: Store): Store {
      const commit: ContentStore['commit'] = async (units, followUpLeaseMs) => {
        const beganMs = elapsedMs();
        const committed = await store.commit(units, followUpLeaseMs);
        for (const [index, { event }] of units.entries()) {
          const watch = watches.get(event.ticket);
          if (watch === undefined) continue;
          const outcome = committed.outcomes[index] ?? null;
          const document = committed.documents.find(({ user }) => user === event.user);
          watch.version = document?.version ?? null;
          const isStored = outcome === 'stored' && document !== undefined;
          tell(watch, isStored ? 'stored' : 'ended', isStored ? null : outcome, beganMs);
        }
        return committed;
      };
      return { ...store, commit };
    },
  };
}
