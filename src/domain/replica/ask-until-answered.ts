// A question sent as a message, to which the answer comes back as another one, or never.

import { pause } from '../backoff.ts';
import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';

export type Answers<Answer> = {
  /** Hands in an answer. One that nobody waits for, such as a second one, is dropped. */
  offer(answer: Answer): void;
  /**
   * Asks, and asks again each time `timeoutMs` have passed without an answer that fits. Resolves
   * with the answer, or with `null` once `signal` aborts. A failure to ask is told and outwaited.
   */
  ask(question: {
    name: string;
    send: () => Promise<void>;
    fits: (answer: Answer) => boolean;
    timeoutMs: number;
    signal: AbortSignal;
  }): Promise<Answer | null>;
};

/** One question at a time. */
export function createAnswers<Answer>(observe: Observe): Answers<Answer> {
  let take: (answer: Answer) => void = () => {};
  return {
    offer: (answer) => take(answer),
    async ask({ name, send, fits, timeoutMs, signal }) {
      while (!signal.aborted) {
        const answered = new AbortController();
        let answer: Answer | null = null;
        // Listens before it asks: in one process the answer may come within the question.
        take = (offered) => {
          if (answer !== null || !fits(offered)) return;
          answer = offered;
          answered.abort();
        };
        send().catch((error: unknown) => {
          observe({ kind: 'task_failed', task: name, error: describeError(error) });
        });
        await pause(timeoutMs, AbortSignal.any([answered.signal, signal]));
        if (answer !== null) return answer;
      }
      return null;
    },
  };
}
