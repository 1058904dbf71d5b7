// The answers that are problems, for OpenAPI.

import { type ProblemCode, problemMediaType, problems } from './http-problem.ts';

const problemSchema = {
  title: 'Problem',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { enum: Object.keys(problems), description: 'It never changes: decide by it.' },
    event: { type: 'integer', description: 'Which event of a batch it was, from 0.' },
    pointer: { type: 'string', description: 'JSON Pointer into that event.' },
  },
} as const;

/** A route's `response` entries for the problems it may answer with, one per status. */
export function problemResponses(codes: readonly ProblemCode[]): { [status: number]: object } {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, sameStatus]) => [
      status,
      {
        description: sameStatus.map((code) => `${code}: ${problems[code].title}`).join(' '),
        content: { [problemMediaType]: { schema: problemSchema } },
      },
    ]),
  );
}
