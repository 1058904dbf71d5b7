// The logger that authors are given: every line becomes an observation, and no unit can flood it.

import type { Logger } from '../authors.ts';
import { boundText, describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';

/** Lines of one call that are told; a loop that logs must not fill memory or the log. */
const maxLines = 50;

type Fields = { readonly [key: string]: unknown };

export function createAuthorLogger(
  unit: { ticket: string; type: string; name: string },
  observe: Observe,
): Logger {
  let lines = 0;

  function tell(level: 'info' | 'warn' | 'error', message: string, fields?: Fields): void {
    lines += 1;
    if (lines > maxLines + 1) return;
    const isLast = lines > maxLines;
    observe({
      kind: 'unit_logged',
      ...unit,
      level: isLast ? 'warn' : level,
      message: isLast ? `More than ${maxLines} lines: the rest is dropped.` : textOf(message),
      fields: isLast || fields === undefined ? null : textOf(fields),
    });
  }

  return {
    info: (message, fields) => tell('info', message, fields),
    warn: (message, fields) => tell('warn', message, fields),
    error: (message, fields) => tell('error', message, fields),
  };
}

function textOf(value: unknown): string {
  try {
    return boundText(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
  } catch (error) {
    return describeError(error);
  }
}
