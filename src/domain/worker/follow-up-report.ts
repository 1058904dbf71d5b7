// In the thread: what an author reported, as text and within bounds before it leaves there.

import { isUser, maxEventBytes } from '../event.ts';
import { countBytes } from './count-bytes.ts';
import type { FailureReason, Reported } from './unit-call.ts';

/** Limits of what one unit may report; more fails it with the reason `too_large`. */
export const maxReportedEvents = 10_000;
export const maxReportedBytes = 8 * 1024 * 1024;

export type Report =
  | { events: readonly Reported[] }
  | { reason: Extract<FailureReason, 'bad_event' | 'too_large'>; error: string };

/** `types` are those that the generator or reaction declares. May throw: authors return what they like. */
export function readReport(events: unknown, types: readonly string[]): Report {
  if (events === undefined) return { events: [] };
  if (!Array.isArray(events)) return bad('events is no array.');
  const { length } = events;
  if (length > maxReportedEvents) {
    return tooLarge(`${length} events are reported; ${maxReportedEvents} are allowed.`);
  }
  const read: Reported[] = [];
  let bytes = 0;
  for (let index = 0; index < length; index += 1) {
    const event = readEvent(events[index], types);
    if ('error' in event) return { ...event, error: `events[${index}]: ${event.error}` };
    bytes += Buffer.byteLength(event.dataJson);
    if (bytes > maxReportedBytes) {
      return tooLarge(`The data of all events is above ${maxReportedBytes} bytes of JSON.`);
    }
    read.push(event);
  }
  return { events: read };
}

function readEvent(
  event: unknown,
  types: readonly string[],
): Reported | Exclude<Report, { events: unknown }> {
  if (typeof event !== 'object' || event === null) return bad('It is no { type, user, data }.');
  const {
    type: eventType,
    user,
    data,
  } = event as { type?: unknown; user?: unknown; data?: unknown };
  const type = (eventType as { type?: unknown } | undefined | null)?.type;
  if (typeof type !== 'string') return bad('type is not what defineEvent gave.');
  if (!types.includes(type)) return bad(`"${type}" is not among the types that reports lists.`);
  if (user !== null && !(typeof user === 'string' && isUser(user))) {
    return bad('user is no user. For an event about everyone it is null.');
  }
  // Its type says string, but it returns undefined for undefined, functions and symbols.
  const dataJson = (JSON.stringify(data) as string | undefined) ?? 'null';
  const bytes = countBytes(dataJson, maxEventBytes);
  if (bytes <= maxEventBytes) return { type, user, dataJson };
  return tooLarge(`data is at least ${bytes} bytes of JSON; ${maxEventBytes} are allowed.`);
}

function bad(error: string) {
  return { reason: 'bad_event', error } as const;
}

function tooLarge(error: string) {
  return { reason: 'too_large', error } as const;
}
