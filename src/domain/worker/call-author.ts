// Step 3 of an event's way: calls an author's function for one unit, until its deadline. Whatever
// it does short of killing its thread comes back as an answer.

import type { GeneratorEvent } from '../authors.ts';
import type { Config } from '../config.ts';
import { describeError } from '../errors.ts';
import type { AcceptedEvent } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock } from '../ports.ts';
import { answerOf, failed } from './author-answer.ts';
import { createAuthorLogger } from './author-logger.ts';
import type { UnitAnswer, UnitCall } from './unit-call.ts';

/** The time is that of the author's code, for metrics and Postgres alike. */
export type TimedAnswer = UnitAnswer & { tookMs: number };

/** `call` must be the author's own copy: they may change what they are given. */
export type CallAuthor = (call: UnitCall) => Promise<TimedAnswer>;

type AuthorFunction = (call: UnitCall, signal: AbortSignal) => unknown;

export function createAuthorCaller(deps: {
  config: Config;
  nowMs: Clock;
  observe: Observe;
}): CallAuthor {
  const functions = authorFunctions(deps.config, deps.observe);
  const { generators, reactions } = deps.config;
  const hasPage = deps.config.page !== undefined;
  const authors = new Map([...generators, ...reactions].map((author) => [author.name, author]));

  return async (call) => {
    const begunAtMs = performance.now();
    const answer = await ask(call);
    return { ...answer, tookMs: performance.now() - begunAtMs };
  };

  async function ask(call: UnitCall): Promise<UnitAnswer> {
    const { name, deadlineMs } = call.unit;
    const [author, run] = [authors.get(name), functions.get(name)];
    if (author === undefined || run === undefined)
      return failed('threw', `The configuration has no "${name}" any more.`);

    const deadline = startDeadline(deadlineMs);
    try {
      // Async, so that what is thrown at once is a rejection, too. The race hears of a rejection
      // that comes too late, which would otherwise count as unhandled.
      const running = (async () => run(call, deadline.signal))();
      const returned = await Promise.race([running, deadline.passed]);
      if (deadline.isPassed()) return late(call, deadline.overdueMs());
      return answerOf(returned, author, deps.nowMs(), hasPage);
    } catch (error) {
      return deadline.isPassed()
        ? late(call, deadline.overdueMs())
        : failed('threw', describeError(error));
    } finally {
      deadline.clear();
    }
  }
}

/** A deadline that is noticed later than this was missed while something blocked the thread. */
const maxOverdueMs = 50;

function late({ unit: { deadlineMs }, alone }: UnitCall, overdueMs: number): UnitAnswer {
  if (overdueMs <= maxOverdueMs || alone) {
    return failed('deadline', `No result within ${deadlineMs} ms.`);
  }
  // It may be a neighbor that blocked the thread.
  return { kind: 'crashed', error: `Its thread was deaf for ${Math.ceil(overdueMs)} ms.` };
}

function authorFunctions(config: Config, observe: Observe): Map<string, AuthorFunction> {
  const functions = new Map<string, AuthorFunction>();
  const logger = ({ event, unit }: UnitCall) =>
    createAuthorLogger({ ticket: event.ticket, type: event.type, name: unit.name }, observe);

  for (const { name, generate } of config.generators) {
    functions.set(name, (call, signal) => {
      const previous = call.previousJson === null ? null : JSON.parse(call.previousJson);
      const [event, earlier] = [eventFor(call.event), call.earlier.map(eventFor)];
      return generate({ event, earlier, previous, signal, log: logger(call) });
    });
  }
  for (const { name, handle } of config.reactions) {
    functions.set(name, (call, signal) => {
      // A ticket is made from source and id, so this key is made from (source, id, name).
      const idempotencyKey = `${call.event.ticket}:${name}`;
      return handle({ event: eventFor(call.event), idempotencyKey, signal, log: logger(call) });
    });
  }
  return functions;
}

function eventFor(event: AcceptedEvent): GeneratorEvent {
  const { type, source, id, user, acceptedAtMs, data } = event;
  return { type, source, id, user: user ?? '', acceptedAt: new Date(acceptedAtMs), data };
}

/** Measured, and not only timed: code that blocks its thread keeps the timer from firing. */
function startDeadline(deadlineMs: number) {
  const controller = new AbortController();
  const startedAtMs = performance.now();
  let isTimeUp = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdueMs = () => performance.now() - startedAtMs - deadlineMs;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      isTimeUp = true;
      // Before the abort: an author's AbortError must not win the race and pass for a throw.
      resolve();
      controller.abort(new DOMException(`No result within ${deadlineMs} ms.`, 'TimeoutError'));
    }, deadlineMs);
  });
  return {
    signal: controller.signal,
    passed,
    isPassed: () => isTimeUp || overdueMs() > 0,
    overdueMs,
    clear: () => clearTimeout(timer),
  };
}
