// Sees positions come: by the kernel's word that a file was renamed into its place.
//
// That costs no process of the platform anything. Nginx serves a file from that moment on.

import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import type { Door } from '../edge/open-edge.ts';

export type Watched = {
  /** By user, in the order in which they were given: when the last region had the position. */
  readonly lastMs: Float64Array;
  /** When the last one came. */
  endedMs(): number;
  /** Resolves with how many users are missing: 0, or what had not come after all patience. */
  untilAll(signal: AbortSignal): Promise<number>;
};

export type PositionWatch = {
  /** Of users without any position; ends what was watched before. */
  begin(users: readonly string[]): Watched;
  close(): void;
};

/** Nothing came for so long: nothing will. */
const patienceMs = 15_000;

const pollMs = 5;

export function watchPositions(doors: readonly Pick<Door, 'positionsDir'>[]): PositionWatch {
  let onFile: (region: number, path: string) => void = () => {};
  const watchers: FSWatcher[] = [];
  for (const [region, { positionsDir }] of doors.entries()) {
    const users = join(positionsDir, 'users');
    for (const shard of readdirSync(users)) {
      const seen = (_: string, name: string | null) => onFile(region, `${shard}/${name}`);
      watchers.push(watch(join(users, shard), seen));
    }
  }

  function begin(users: readonly string[]): Watched {
    const indexOf = new Map(users.map((user, index) => [positionPathOf(user), index]));
    const seen = doors.map(() => new Uint8Array(users.length));
    const regionsLeft = new Uint8Array(users.length).fill(doors.length);
    const lastMs = new Float64Array(users.length).fill(Number.NaN);
    let left = users.length;
    let newestMs = performance.now();
    onFile = (region, path) => {
      const index = indexOf.get(path);
      if (index === undefined || seen[region]?.[index] !== 0) return;
      newestMs = performance.now();
      (seen[region] as Uint8Array)[index] = 1;
      regionsLeft[index] = (regionsLeft[index] as number) - 1;
      if (regionsLeft[index] !== 0) return;
      lastMs[index] = newestMs;
      left -= 1;
    };
    return {
      lastMs,
      endedMs: () => newestMs,
      async untilAll(signal) {
        const fromMs = performance.now();
        while (left > 0 && performance.now() - Math.max(fromMs, newestMs) < patienceMs) {
          await delay(pollMs, undefined, { signal });
        }
        return left === 0 ? 0 : countMissing(doors, users);
      },
    };
  }

  return {
    begin,
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** The kernel forgets what it had to say when too much of it waits: then the files themselves tell. */
export function countMissing(
  doors: readonly Pick<Door, 'positionsDir'>[],
  users: readonly string[],
): number {
  const isMissing = (user: string) =>
    doors.some(
      ({ positionsDir }) => !existsSync(join(positionsDir, 'users', positionPathOf(user))),
    );
  return users.filter(isMissing).length;
}
