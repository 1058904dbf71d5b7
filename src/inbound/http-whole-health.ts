// GET /v1/health: how the whole is, in the shape of the draft "Health Check Response Format for HTTP
// APIs" (application/health+json). For operators, never for the internet.

import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import type { Check, WholeHealth } from '../domain/worker/whole-health.ts';

const mediaType = 'application/health+json';

const status = Type.Union([Type.Literal('pass'), Type.Literal('warn'), Type.Literal('fail')]);

const healthSchema = Type.Object(
  {
    status,
    notes: Type.Array(Type.String(), { description: 'Why it is not pass.' }),
    checks: Type.Record(
      Type.String(),
      Type.Array(
        Type.Object({
          status,
          componentId: Type.Optional(Type.String({ description: "A replica's instance." })),
          region: Type.Optional(Type.String()),
          observedValue: Type.Optional(Type.Integer()),
          observedUnit: Type.Optional(Type.String()),
          output: Type.Optional(Type.String()),
        }),
      ),
    ),
  },
  {
    description:
      'pass: all is well. warn: it works, and somebody should look. fail: nothing is prepared now; positioned documents are served all the same.',
  },
);

const responses = { 200: healthSchema, 503: healthSchema };

export function addWholeHealthRoute(
  server: FastifyInstance,
  health: () => Promise<WholeHealth>,
): void {
  server.get(
    '/v1/health',
    {
      schema: {
        summary: 'How the whole is: Postgres, replicas, what waits and what is dead',
        tags: ['health'],
        produces: [mediaType],
        response: responses,
      },
    },
    async (_request, reply) => {
      const whole = await health();
      reply.code(whole.verdict === 'fail' ? 503 : 200);
      reply.header('cache-control', 'no-store').header('content-type', mediaType);
      return toBody(whole);
    },
  );
}

function toBody({ verdict, checks }: WholeHealth): Static<typeof healthSchema> {
  const all = Object.values(checks).flat();
  return {
    status: verdict,
    notes: all.flatMap(({ problem }) => (problem === null ? [] : [problem])),
    checks: Object.fromEntries(
      Object.entries(checks).map(([name, checks]) => [name, checks.map(toCheck)]),
    ),
  };
}

function toCheck({ verdict, problem, of, observed }: Check) {
  return {
    status: verdict,
    ...(of && { componentId: of.instance, region: of.region }),
    ...(observed && { observedValue: observed.value, observedUnit: observed.unit }),
    ...(problem !== null && { output: problem }),
  };
}
