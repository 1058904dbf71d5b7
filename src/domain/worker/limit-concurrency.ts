// At most so many calls of one generator at a time, and nobody waits for a turn without end.

type Line = { running: number; max: number; waiting: Set<() => void> };

export type Limiter = {
  /** Resolves with a function that gives the turn back, or with `null` after `patienceMs`. */
  enter(name: string, max: number, patienceMs: number): Promise<(() => void) | null>;
  /** Names of which as many wait as may run. */
  saturated(): string[];
};

export function createLimiter(): Limiter {
  const lines = new Map<string, Line>();

  function lineOf(name: string, max: number): Line {
    const line = lines.get(name) ?? { running: 0, max, waiting: new Set() };
    lines.set(name, line);
    return line;
  }

  function leave(line: Line): void {
    const [next] = line.waiting;
    if (next === undefined) line.running -= 1;
    else next();
  }

  return {
    enter(name, max, patienceMs) {
      const line = lineOf(name, max);
      if (line.running < max) {
        line.running += 1;
        return Promise.resolve(once(() => leave(line)));
      }
      return new Promise((resolve) => {
        const take = () => {
          clearTimeout(timer);
          line.waiting.delete(take);
          resolve(once(() => leave(line)));
        };
        const timer = setTimeout(() => {
          line.waiting.delete(take);
          resolve(null);
        }, patienceMs);
        line.waiting.add(take);
      });
    },

    saturated: () =>
      [...lines].filter(([, line]) => line.waiting.size >= line.max).map(([name]) => name),
  };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
