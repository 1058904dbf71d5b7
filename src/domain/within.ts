// A bound on how long we wait for something that cannot be told to stop.

import { Failure } from './errors.ts';

/** Settles like `work`, or rejects with `unavailable` after `timeoutMs`; the work itself goes on. */
export function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Failure('unavailable', `${what} took longer than ${timeoutMs} ms.`));
    }, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
