// Turns what a generator or reaction returned into an answer that every store can keep. Authors
// return what they like, so everything that touches their objects may throw.

import type { Generator, Reaction } from '../authors.ts';
import { maxSlotBytes } from '../document.ts';
import { describeError } from '../errors.ts';
import { withHtmlLast } from '../html-member.ts';
import { fragmentProblem } from '../page-fragment.ts';
import { countBytes } from './count-bytes.ts';
import { readReport } from './follow-up-report.ts';
import type { FailureReason, UnitAnswer } from './unit-call.ts';

/**
 * How JSON.stringify writes a NUL and a surrogate that lacks its other half: Postgres's jsonb
 * refuses both. A backslash that is itself escaped begins no escape.
 */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

type Returned = { content?: unknown; expiresAt?: unknown; withdraw?: unknown; events?: unknown };

export function answerOf(
  returned: unknown,
  author: Generator | Reaction,
  generatedAtMs: number,
  /** Whether the configuration has a page, on which the content's `html` is to be shown. */
  hasPage = false,
): UnitAnswer {
  const generator = 'slot' in author ? author : null;
  if (returned === undefined || returned === null) return generator === null ? done : nothing;
  if (typeof returned !== 'object') {
    if (generator === null) return done;
    return failed(
      'not_json',
      `Return { content, expiresAt? } or nothing, not a ${typeof returned}.`,
    );
  }
  try {
    const { events } = returned as Returned;
    const answer =
      generator === null
        ? done
        : contentOf(returned, {
            ...{ generator, generatedAtMs, hasPage },
            mayBeNothing: events !== undefined,
          });
    if (answer.kind === 'failed' || events === undefined) return answer;
    const report = readReport(events, author.reports);
    if ('error' in report) return failed(report.reason, report.error);
    return report.events.length === 0 ? answer : { ...answer, reported: report.events };
  } catch (error) {
    // A cycle, a BigInt, a getter or toJSON that throws, nesting deeper than the stack.
    return failed('not_json', `It cannot be written as JSON: ${describeError(error)}`);
  }
}

const done = { kind: 'done' } as const;
const nothing = { kind: 'nothing' } as const;

function contentOf(
  { content, expiresAt, withdraw = false }: Returned,
  made: { generator: Generator; generatedAtMs: number; mayBeNothing: boolean; hasPage: boolean },
) {
  const { generator, generatedAtMs, mayBeNothing, hasPage } = made;
  if (content === undefined && mayBeNothing) return nothing;
  // Its type says string, but it returns undefined for undefined, functions and symbols.
  const contentJson = JSON.stringify(content) as string | undefined;
  if (contentJson === undefined) {
    return failed('not_json', `content is ${typeof content}: return { content, expiresAt? }.`);
  }
  const bytes = countBytes(contentJson, maxSlotBytes);
  if (bytes > maxSlotBytes) {
    const error = `content is at least ${bytes} bytes of JSON; ${maxSlotBytes} are allowed.`;
    return failed('too_large', error);
  }
  if (unstorableEscape.test(contentJson)) {
    return failed('not_json', 'content has text with a NUL or with half a surrogate pair in it.');
  }
  // What is stored is looked at, not the author's object, which may say another thing each time.
  const { json, html } = hasPage ? withHtmlLast(contentJson) : { json: contentJson };
  const problem = html === undefined ? null : fragmentProblem(html);
  if (problem !== null) return failed('bad_html', problem);
  const expiresAtMs = expiryOf(expiresAt);
  if (Number.isNaN(expiresAtMs)) return failed('not_json', 'expiresAt must be a valid Date.');
  if (typeof withdraw !== 'boolean') return failed('not_json', 'withdraw must be true or false.');
  if (withdraw && generator.audience !== 'everyone') return failed('not_allowed', withdrawsForOne);
  return {
    kind: 'content',
    ...{ contentJson: json, generatedAtMs, expiresAtMs, withdraw },
  } as const;
}

const withdrawsForOne =
  "withdraw is for generators with for: 'everyone'; one user's content is replaced at once anyway.";

export function failed(reason: FailureReason, error: string) {
  return { kind: 'failed', reason, error } as const;
}

function expiryOf(expiresAt: unknown): number | null {
  if (expiresAt === undefined || expiresAt === null) return null;
  return expiresAt instanceof Date ? expiresAt.getTime() : Number.NaN;
}
