// Who wants to be told when a user's document may have changed: the streams that clients hold open.
//
// Nothing is kept for whoever watches but that it is to be told, so a thousand changes between two
// turns cost as much as one. A change of generic content concerns everybody: its watchers are told
// a few in a turn, because each of them composes a document, and reads must get in between.

export type WatchedDocuments = {
  /**
   * Calls `onChange` after each change, at most once in a turn of the event loop and never within
   * the call that reports it. Returns what ends that, or `null` when too many watch already, of all
   * or of this user.
   */
  watch(user: string, onChange: () => void): (() => void) | null;
  /** Call it when the new documents can be read. */
  changed(users: readonly string[]): void;
  changedForAll(): void;
};

/** Told in one turn: at about 50 µs for a document it lasts a few milliseconds. */
const maxToldPerTurn = 64;

export function createWatchedDocuments(bounds: {
  maxStreams: number;
  /** So that one user cannot hold the places of all. */
  maxStreamsPerUser: number;
}): WatchedDocuments {
  const { maxStreams, maxStreamsPerUser } = bounds;
  const watchers = new Map<string, Set<() => void>>();
  let count = 0;
  /** In the order in which they are to be told; whoever is in it is not put in again. */
  const due = new Set<() => void>();
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || due.size === 0) return;
    isScheduled = true;
    setImmediate(tell);
  }

  function tell(): void {
    isScheduled = false;
    // A copy: whoever is told may stop watching, or change something that is told next turn.
    for (const onChange of [...due].slice(0, maxToldPerTurn)) {
      if (due.delete(onChange)) onChange();
    }
    schedule();
  }

  function addDue(ofUser: Iterable<() => void>): void {
    for (const onChange of ofUser) due.add(onChange);
  }

  return {
    watch(user, onChange) {
      const others = watchers.get(user) ?? new Set();
      if (count >= maxStreams || others.size >= maxStreamsPerUser) return null;
      // Of its own: the same function may watch twice, and end one of the two.
      const watcher = () => onChange();
      watchers.set(user, others.add(watcher));
      count += 1;
      return () => {
        if (!others.delete(watcher)) return;
        count -= 1;
        due.delete(watcher);
        if (others.size === 0) watchers.delete(user);
      };
    },
    changed(users) {
      for (const user of users) addDue(watchers.get(user) ?? []);
      schedule();
    },
    changedForAll() {
      for (const ofUser of watchers.values()) addDue(ofUser);
      schedule();
    },
  };
}
