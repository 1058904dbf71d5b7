// The programs that only the bench needs. Debian's packages are installed where that is ours to do.

import { findProgram } from '../src/servers/programs.ts';
import { ensure, type Notice } from '../src/servers/system-packages.ts';

/** The path of the load generator wrk. */
export function ensureWrk(onNotice: Notice): string {
  return ensure('wrk', () => findProgram('wrk'), onNotice);
}

/** The path of `redis-server`. */
export function ensureRedis(onNotice: Notice): string {
  return ensure('redis-server', () => findProgram('redis-server'), onNotice);
}
