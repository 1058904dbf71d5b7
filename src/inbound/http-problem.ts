// Every error our HTTP doors answer with: RFC 9457 problem details with a code that never changes.

import { STATUS_CODES } from 'node:http';

export const problemMediaType = 'application/problem+json';

/** What each code means. docs/errors.md lists the same codes for the people who meet them. */
export const problems = {
  malformed_request: { status: 400, title: 'The request is not understood.' },
  malformed_event: { status: 400, title: 'This is not an event that can be accepted.' },
  unauthorized: { status: 401, title: 'A valid credential is missing.' },
  forbidden: { status: 403, title: 'The credential does not allow this.' },
  reserved_source: { status: 403, title: 'No key allows this source.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'This address does not take this method.' },
  request_timeout: { status: 408, title: 'The request did not arrive in time.' },
  body_too_large: { status: 413, title: 'The body is too large.' },
  event_too_large: { status: 413, title: 'An event is too large.' },
  too_many_events: { status: 413, title: 'The batch has too many events.' },
  uri_too_long: { status: 414, title: 'The address is too long.' },
  unsupported_media_type: { status: 415, title: 'The body is of a type that is not taken here.' },
  unsupported_encoding: { status: 415, title: 'The body is encoded in a way not taken here.' },
  unknown_type: { status: 422, title: 'The event type is not configured.' },
  reserved_type: { status: 422, title: 'The event type belongs to the platform.' },
  invalid_subject: { status: 422, title: 'The subject is not a user.' },
  invalid_lane: { status: 422, title: 'The lane cannot be chosen.' },
  invalid_data: { status: 422, title: "The data does not fit the event type's schema." },
  rate_exceeded: { status: 429, title: 'More is sent than is taken in this time.' },
  headers_too_large: { status: 431, title: 'The headers are too large.' },
  internal: { status: 500, title: 'Something went wrong here.' },
  unavailable: { status: 503, title: 'What this needs is not available now.' },
  overloaded: { status: 503, title: 'There is too much to do at the moment.' },
  deadline_exceeded: { status: 503, title: 'The answer took too long.' },
} as const satisfies { [code: string]: { status: number; title: string } };

export type ProblemCode = keyof typeof problems;

/** Members of the body beside the standard ones, such as the index of the guilty event. */
type Members = { readonly [name: string]: string | number };

type ProblemExtras = {
  retryAfterS?: number;
  members?: Members;
  headers?: { readonly [name: string]: string };
  cause?: unknown;
};

/** How long a caller waits before it asks again when nobody knows better. */
const defaultRetryAfterS = 1;

/** Thrown by a door to answer with a problem. `detail` is shown to the caller: no secrets. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly members: Members;
  readonly headers: { readonly [name: string]: string };

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.code = code;
    this.status = problems[code].status;
    this.members = extras.members ?? {};
    this.headers = {
      ...((this.status === 429 || this.status === 503) && {
        'retry-after': String(extras.retryAfterS ?? defaultRetryAfterS),
      }),
      ...extras.headers,
    };
  }
}

export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  [member: string]: string | number;
};

/** Details are cut: they may quote what the caller sent. */
const maxDetailChars = 500;

export function problemBody(problem: Problem): ProblemBody {
  const { code, status, message, members } = problem;
  const detail = message.length > maxDetailChars ? `${message.slice(0, maxDetailChars)}…` : message;
  const type = `urn:problem-type:beforehand:${code}`;
  return { ...members, type, title: problems[code].title, status, detail, code };
}

/** The same as a whole HTTP/1.1 answer, for a connection on which no request could be read. */
export function rawProblem(problem: Problem): string {
  const body = JSON.stringify(problemBody(problem));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
