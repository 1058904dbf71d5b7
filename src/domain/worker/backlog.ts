// How much waits in Postgres and since when, for the people who run the platform.

import type { KnownReplica } from '../receipt.ts';

export type Backlog = {
  /** By Postgres's clock. */
  nowMs: number;
  /** `null`: they could not be counted in a moment. */
  eventsLastMinute: number | null;
  eventsLastHour: number | null;
  parked: Waiting;
  unsent: Waiting;
  followUps: Waiting;
  deadLetters: number;
  deadLettersLastHour: number;
};

/** `overdueSinceMs`: `null` when nothing is there, or all of it is due later. */
export type Waiting = { count: number; overdueSinceMs: number | null };

/** `behind`: of the newest thousand units, those whose content it has not said to hold; `null`: retired. */
export type ReplicaProgress = KnownReplica & { behind: number | null };

export type Backlogs = {
  read(): Promise<Backlog>;
  /** Every replica that was ever heard of. */
  replicas(): Promise<ReplicaProgress[]>;
};

/** Something is wrong when what is due has waited for so long: a worker looks twice a second. */
export const overdueMs = 60_000;
