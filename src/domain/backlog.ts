// What waits in the platform, for whoever watches over it.

/** Of rows more than this are counted as this: counting them all would cost what it tells of. */
export const maxCounted = 10_000;

/** `overdueMs`: how long what is due first has been so; 0 when nothing is. */
export type Waiting = { count: number; overdueMs: number };

/** What waits in Postgres. */
export type Backlog = {
  parked: Waiting;
  unsent: Waiting;
  followUps: Waiting;
  /** The newest; `lastHour`: those of them that died within the last hour. */
  dead: readonly { reason: string; count: number; lastHour: number }[];
};

export function deadOf({ dead }: Backlog): { count: number; lastHour: number } {
  const sum = (of: 'count' | 'lastHour') => dead.reduce((total, one) => total + one[of], 0);
  return { count: sum('count'), lastHour: sum('lastHour') };
}

export type ReadBacklog = () => Promise<Backlog>;

export type QueueDepth = {
  name: string;
  /** That wait, without those that a consumer has now; `null`: there is no such queue. */
  messages: number | null;
  consumers: number;
};

export type ReadQueues = () => Promise<readonly QueueDepth[]>;
