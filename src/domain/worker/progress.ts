// How much comes in, and how far replicas are with it, for the people who run the platform.

import type { KnownReplica } from '../receipt.ts';

/** Events that were accepted; `null`: they could not be counted in a moment. */
export type EventCounts = { eventsLastMinute: number | null; eventsLastHour: number | null };

/** `behind`: of the newest thousand units, those whose content it has not said to hold; `null`: retired. */
export type ReplicaProgress = KnownReplica & { behind: number | null };

export type Progress = {
  events(): Promise<EventCounts>;
  /** Every replica that was ever heard of. */
  replicas(): Promise<ReplicaProgress[]>;
};
