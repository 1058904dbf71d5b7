// What waits in the platform, for whoever watches over it.

/** Of rows more than this are counted as this: counting them all would cost what it tells of. */
export const maxCounted = 10_000;

/** What waits in Postgres. `overdueMs`: how long what is due first has been so; 0 when nothing is. */
export type Backlog = {
  parked: { count: number; overdueMs: number };
  unsent: { count: number; overdueMs: number };
  followUps: { count: number; overdueMs: number };
  dead: readonly { reason: string; count: number }[];
};

export type ReadBacklog = () => Promise<Backlog>;

export type QueueDepth = {
  name: string;
  /** That wait, without those that a consumer has now; `null`: there is no such queue. */
  messages: number | null;
  consumers: number;
};

export type ReadQueues = () => Promise<readonly QueueDepth[]>;
