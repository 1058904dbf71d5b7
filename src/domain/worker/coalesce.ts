// While one call runs for a key, what comes meanwhile waits, and goes into the next call together.

import type { AcceptedEvent } from '../event.ts';
import { compareOrder } from '../order.ts';

export type Coalescer<Item, Result> = {
  /** Resolves with the item's result: when the call that it went into has ended, as a rule. */
  enter(key: string, item: Item): Promise<Result>;
  /** Keys with a call running. */
  readonly size: number;
};

/**
 * `run` gets a group, oldest first, and answers one result per item in their order; when it rejects,
 * every item of the group does. `isFirst`: nothing in the group has waited.
 */
export function createCoalescer<Item extends { event: AcceptedEvent }, Result>(deps: {
  run: (group: readonly Item[], isFirst: boolean) => Promise<readonly Result[]>;
  /** Of the data in one group. The oldest go first, so that results are stored in their order. */
  maxBytes: number;
  /** How many may go into one group, as the oldest of them says. */
  maxTogether: (item: Item) => number;
  /** How many may wait beside the item; when there are more, the oldest of them is turned away. */
  maxWaiting: (item: Item) => number;
  turnAway: (item: Item) => Promise<Result>;
}): Coalescer<Item, Result> {
  type Waiting = {
    item: Item;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  };
  const lines = new Map<string, Waiting[]>();

  function begin(key: string, waiting: Waiting): void {
    const line = [waiting];
    lines.set(key, line);
    void work(key, line);
  }

  function turnOldestAway(line: Waiting[]): void {
    line.sort(byOrder);
    const oldest = line.shift();
    if (oldest !== undefined) deps.turnAway(oldest.item).then(oldest.resolve, oldest.reject);
  }

  async function work(key: string, line: Waiting[]): Promise<void> {
    for (let isFirst = true; line.length > 0; isFirst = false) {
      line.sort(byOrder);
      const max = deps.maxTogether((line[0] as Waiting).item);
      const group = line.splice(0, Math.min(max, countWithin(line, deps.maxBytes)));
      try {
        const results = await deps.run(
          group.map(({ item }) => item),
          isFirst,
        );
        for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    lines.delete(key);
  }

  return {
    enter(key, item) {
      return new Promise((resolve, reject) => {
        const waiting = { item, resolve, reject };
        const line = lines.get(key);
        if (line === undefined) return begin(key, waiting);
        line.push(waiting);
        if (line.length > deps.maxWaiting(item)) turnOldestAway(line);
      });
    },
    get size() {
      return lines.size;
    },
  };
}

type Ordered = { item: { event: AcceptedEvent } };

function byOrder(a: Ordered, b: Ordered): number {
  return compareOrder(a.item.event, b.item.event);
}

/** How many of the first ones may go together: one at least, however large it is. */
function countWithin(line: readonly Ordered[], maxBytes: number): number {
  if (line.length === 1) return 1;
  let bytes = 0;
  const end = line.findIndex(({ item }) => {
    bytes += Buffer.byteLength(JSON.stringify(item.event.data));
    return bytes > maxBytes;
  });
  return end === -1 ? line.length : Math.max(end, 1);
}
