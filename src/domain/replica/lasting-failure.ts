// A failure that lasts is told when it begins: a full disk would fill the log as well.

import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';

export type LastingFailure = {
  /** Tells, unless the last attempt failed, too. */
  failed(error: unknown): void;
  succeeded(): void;
};

export function createLastingFailure(task: string, observe: Observe): LastingFailure {
  let isFailing = false;
  return {
    failed(error) {
      if (!isFailing) observe({ kind: 'task_failed', task, error: describeError(error) });
      isFailing = true;
    },
    succeeded() {
      isFailing = false;
    },
  };
}
