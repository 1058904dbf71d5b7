// Runs units in the thread that asks. Nothing protects the process from authors' code here: it is
// for tests and for trying things out.

import type { Config } from '../domain/config.ts';
import { describeError, Failure } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, UnitRunner } from '../domain/ports.ts';
import { failed } from '../domain/worker/author-answer.ts';
import { createAuthorCaller } from '../domain/worker/call-author.ts';
import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';

export function createMemoryUnitRunner(deps: {
  config: Config;
  observe: Observe;
  nowMs: Clock;
}): UnitRunner {
  const callAuthor = createAuthorCaller(deps);
  const running = new Set<Promise<UnitAnswer>>();
  let isClosing = false;

  return {
    async run(call) {
      if (isClosing) throw new Failure('unavailable', 'The unit runner is closed.');
      const answer = callWithCopy(call);
      running.add(answer);
      return answer.finally(() => running.delete(answer));
    },
    async close() {
      isClosing = true;
      await Promise.allSettled(running);
    },
  };

  /** Threads get a copy by themselves; here authors must not reach the caller's event either. */
  async function callWithCopy(call: UnitCall): Promise<UnitAnswer> {
    try {
      const answer = await callAuthor(structuredClone(call));
      const { event, unit } = call;
      deps.observe({
        kind: 'unit_ran',
        ...{ ticket: event.ticket, name: unit.name, tookMs: answer.tookMs },
      });
      return answer;
    } catch (error) {
      return failed('threw', describeError(error));
    }
  }
}
