// Why events were not accepted, as problems that name the event and the place in it.

import type { FastifySchemaValidationError } from 'fastify';
import { Refusal } from '../domain/ingest/refusal.ts';
import { Problem } from './http-problem.ts';

/** What the domain refused. Anything else that was thrown is thrown on. */
export function problemOfRefusal(error: unknown): never {
  if (!(error instanceof Refusal)) throw error;
  const { code, message, index, pointer } = error;
  const place = pointer === null ? {} : { pointer: `/data${pointer}` };
  throw new Problem(code, message, { members: { event: index, ...place }, cause: error });
}

/** What the schema of the route refused, in a body of one event or of several. */
export function problemOfSchema(
  errors: readonly FastifySchemaValidationError[],
  part: string,
): Problem {
  const [error] = errors;
  if (part !== 'body' || error === undefined) {
    return new Problem('malformed_request', `${part} ${describe(error)}`);
  }
  if (error.keyword === 'maxItems' && error.instancePath === '') {
    return new Problem('too_many_events', `The batch ${describe(error)}.`);
  }
  const [, index, inBatch] = /^\/(\d+)(.*)$/.exec(error.instancePath) ?? [];
  if (index === undefined) return problemOfEvent(error, 0);
  return problemOfEvent({ ...error, instancePath: inBatch ?? '' }, Number(index));
}

export function problemOfEvent(error: FastifySchemaValidationError, index: number): Problem {
  const pointer = error.instancePath;
  const detail = `${pointer === '' ? 'The event' : pointer} ${describe(error)}.`;
  return new Problem('malformed_event', detail, { members: { event: index, pointer } });
}

function describe(error: FastifySchemaValidationError | undefined): string {
  const { propertyName } = error?.params ?? {};
  const name = propertyName === undefined ? '' : `: ${String(propertyName).slice(0, 64)}`;
  return `${error?.message ?? 'is not valid'}${name}`;
}
