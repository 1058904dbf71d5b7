// Turns whatever goes wrong in a request into a problem: thrown, not found, or never understood.

import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, Failure } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import {
  Problem,
  type ProblemCode,
  problemBody,
  problemMediaType,
  rawProblem,
} from './http-problem.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What Fastify and Node call the errors that a caller can bring about. */
const problemsOfFramework: { readonly [code: string]: () => Problem } = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('body_too_large', 'The body is over the limit.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Problem('unsupported_media_type', 'See the Content-Type this address takes at /docs.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Problem('malformed_request', 'The body is empty.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    new Problem('malformed_request', 'The body is not JSON, or names a prototype in it.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Problem('malformed_request', 'The body is not as long as Content-Length says.'),
  FST_ERR_BAD_URL: () => new Problem('malformed_request', 'The path is not percent-encoded UTF-8.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new Problem('uri_too_long', 'A part of the path is too long.'),
  FST_ERR_HANDLER_TIMEOUT: () =>
    new Problem('deadline_exceeded', 'Whether it was carried out is not known. Repeat it.'),
  HPE_HEADER_OVERFLOW: () => new Problem('headers_too_large', 'Send less than 16 KiB of headers.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Problem('request_timeout', 'Send the request faster.'),
};

type RequestError = {
  code?: unknown;
  statusCode?: unknown;
  message: string;
  validation?: readonly { instancePath: string }[];
  validationContext?: string;
};

/** What to answer when `error` was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Failure && error.code === 'unavailable') {
    return new Problem('unavailable', 'Nothing was changed that cannot be repeated. Try again.', {
      cause: error,
    });
  }
  if (error instanceof Failure && error.code === 'overloaded') {
    return new Problem('overloaded', error.message, { cause: error });
  }
  const { code, statusCode, message, validation, validationContext } = error as RequestError;
  const known = problemsOfFramework[String(code)];
  if (known !== undefined) return known();
  if (validation !== undefined) {
    const pointer = `/${validationContext}${validation[0]?.instancePath ?? ''}`;
    return new Problem('malformed_request', message, { members: { pointer } });
  }
  // Fastify and Node give 4xx to what arrived broken, such as a body that was cut off.
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Problem('malformed_request', 'The request is broken or incomplete.');
  }
  return new Problem('internal', 'The operator can see the reason in the log.', { cause: error });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return (
    reply
      .code(problem.status)
      .headers({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-type': problemMediaType,
        ...problem.headers,
      })
      // As bytes: to a text Fastify would add a charset, which this media type does not have.
      .send(Buffer.from(JSON.stringify(problemBody(problem))))
  );
}

/** Refusals under load are not told one by one: there would be as many lines as requests. */
const worthTelling = new Set<ProblemCode>(['internal', 'deadline_exceeded']);

function isLateBody(error: unknown, request: FastifyRequest): boolean {
  return (error as RequestError).code === 'FST_ERR_HANDLER_TIMEOUT' && !request.raw.complete;
}

function lateBody(): Problem {
  const headers = { connection: 'close' };
  return new Problem('request_timeout', 'The body did not arrive in time.', { headers });
}

export function createErrorHandler(observe: Observe) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = isLateBody(error, request) ? lateBody() : problemOf(error);
    if (worthTelling.has(problem.code)) {
      observe({
        kind: 'request_failed',
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        error: describeError(problem.cause ?? problem),
      });
    }
    return sendProblem(reply, problem);
  };
}

/**
 * 405 with Allow where the path exists for other methods only, else 404: also when a route has the
 * path and the method, and found nothing there, such as a file of the page at /docs.
 */
export function createNotFoundHandler(server: FastifyInstance) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = '/'] = request.url.split('?', 1);
    const allowed = methods.filter((method) => server.findRoute({ method, url: path }) !== null);
    if (allowed.length === 0 || allowed.includes(request.method)) {
      return sendProblem(reply, new Problem('not_found', 'Nothing is at this path.'));
    }
    const allow = allowed.join(', ');
    const detail = `This path takes: ${allow}.`;
    return sendProblem(reply, new Problem('method_not_allowed', detail, { headers: { allow } }));
  };
}

/**
 * Answers bytes that are not an HTTP request, then closes. While an earlier and complete request
 * on the connection still waits for its answer this one would be taken for it, so there is none.
 */
export function createClientErrorHandler(isAnswering: (socket: Socket) => boolean) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const known = problemsOfFramework[String(error.code)];
    const problem = known?.() ?? new Problem('malformed_request', 'This is not an HTTP request.');
    socket.end(rawProblem(problem));
  };
}
