// Whose documents were stored last, of all that a replica finds on its disk when it starts.
//
// A replica that was killed may have positioned them and never said so: it says it again.

export type LastStored = {
  /** In any order. Versions are moments of Postgres's clock, in milliseconds. */
  found(user: string, version: number): void;
  /** Those stored within the last `windowMs` before the newest of all. */
  all(): Iterable<readonly [user: string, version: number]>;
};

export function createLastStored(windowMs: number): LastStored {
  let newest = 0;
  const kept = new Map<string, number>();
  return {
    found(user, version) {
      newest = Math.max(newest, version);
      if (version >= newest - windowMs) kept.set(user, version);
    },
    all: () => [...kept].filter(([, version]) => version >= newest - windowMs),
  };
}
