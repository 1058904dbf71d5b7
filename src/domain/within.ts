// A bound on how long we wait for something that cannot be told to stop.

import { Failure } from './errors.ts';

/** Settles like `work`, or rejects with `unavailable` after `timeoutMs`; the work itself goes on. */
export async function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Failure('unavailable', `${what} took longer than ${timeoutMs} ms.`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
