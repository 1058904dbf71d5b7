// At most so many calls of one generator at a time, interactive ones first, and nobody waits for a
// turn without end.

import { type Lane, lanes } from '../event.ts';

type Line = {
  max: number;
  running: { [L in Lane]: number };
  waiting: { [L in Lane]: Set<() => void> };
};

export type Turn = { lane: Lane; max: number; patienceMs: number };

export type Limiter = {
  /** Resolves with a function that gives the turn back, or with `null` after `patienceMs`. */
  enter(name: string, turn: Turn): Promise<(() => void) | null>;
  /** Names of which as many wait as may run. */
  saturated(): string[];
};

/** Turns that bulk calls leave free, so that an interactive one need not wait for a slow one's end. */
const keptForInteractive = 0.25;

export function createLimiter(): Limiter {
  const lines = new Map<string, Line>();

  function lineOf(name: string, max: number): Line {
    const empty = { interactive: new Set<() => void>(), bulk: new Set<() => void>() };
    const line = lines.get(name) ?? {
      ...{ max, running: { interactive: 0, bulk: 0 } },
      waiting: empty,
    };
    lines.set(name, line);
    return line;
  }

  function begin(line: Line, lane: Lane): () => void {
    line.running[lane] += 1;
    return once(() => {
      line.running[lane] -= 1;
      const next = lanes.find((other) => line.waiting[other].size > 0 && isFree(line, other));
      if (next === undefined) return;
      const [take] = line.waiting[next];
      take?.();
    });
  }

  return {
    enter(name, { lane, max, patienceMs }) {
      const line = lineOf(name, max);
      if (isFree(line, lane)) return Promise.resolve(begin(line, lane));
      return new Promise((resolve) => {
        const waiting = line.waiting[lane];
        const take = () => {
          clearTimeout(timer);
          waiting.delete(take);
          resolve(begin(line, lane));
        };
        const timer = setTimeout(() => {
          waiting.delete(take);
          resolve(null);
        }, patienceMs);
        waiting.add(take);
      });
    },

    saturated: () =>
      [...lines]
        .filter(([, { max, waiting }]) => waiting.interactive.size + waiting.bulk.size >= max)
        .map(([name]) => name),
  };
}

function isFree({ max, running }: Line, lane: Lane): boolean {
  if (running.interactive + running.bulk >= max) return false;
  return lane === 'interactive' || running.bulk < max * (1 - keptForInteractive);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
