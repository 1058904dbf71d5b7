// Which users' positions show something that expires, and when.
//
// Users are kept in buckets of equal time: to move one costs two sets, whatever else is there, and a
// rewritten position leaves nothing behind.

export type ExpiryTimes = {
  /** Replaces what was known of the user; `null`: nothing of theirs expires. */
  set(user: string, atMs: number | null): void;
  delete(user: string): void;
  /** Takes out users whose moment has come, `max` of them at most. */
  takeDue(nowMs: number, max: number): string[];
};

/** Nobody is hidden early, and nobody later than this after the moment. */
const bucketMs = 50;

export function createExpiryTimes(): ExpiryTimes {
  const buckets = new Map<number, Set<string>>();
  const bucketByUser = new Map<string, number>();
  /** Every bucket below this one is empty. */
  let first = Number.POSITIVE_INFINITY;

  function remove(user: string): void {
    const bucket = bucketByUser.get(user);
    if (bucket === undefined) return;
    bucketByUser.delete(user);
    const users = buckets.get(bucket);
    users?.delete(user);
    if (users?.size === 0) buckets.delete(bucket);
  }

  function dueBuckets(last: number): number[] {
    // A clock that jumped far ahead passes more buckets than there are.
    if (last - first > buckets.size) return [...buckets.keys()].filter((bucket) => bucket <= last);
    const due: number[] = [];
    for (let bucket = first; bucket <= last; bucket += 1) if (buckets.has(bucket)) due.push(bucket);
    return due;
  }

  return {
    set(user, atMs) {
      remove(user);
      if (atMs === null) return;
      const bucket = Math.ceil(atMs / bucketMs);
      const users = buckets.get(bucket) ?? new Set();
      buckets.set(bucket, users.add(user));
      bucketByUser.set(user, bucket);
      first = Math.min(first, bucket);
    },
    delete: remove,
    takeDue(nowMs, max) {
      const last = Math.floor(nowMs / bucketMs);
      const taken: string[] = [];
      for (const bucket of dueBuckets(last)) {
        for (const user of buckets.get(bucket) ?? []) {
          if (taken.length === max) return taken;
          remove(user);
          taken.push(user);
        }
      }
      if (last >= first) first = last + 1;
      return taken;
    },
  };
}
