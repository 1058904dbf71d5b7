// What a consumer throws of a message that it cannot read.

import { Failure } from '../domain/errors.ts';

/** What a consumer does with it: keep the message away from the queue, and say why. */
export function refusal(problem: string, cause?: unknown): Failure {
  return new Failure('rejected', problem, cause === undefined ? {} : { cause });
}
