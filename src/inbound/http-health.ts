// The two questions an orchestrator asks: is the process alive, and should it get requests.

import type { FastifyInstance } from 'fastify';

export type Health = {
  /** Why the process should get no requests now. Empty: it is ready. */
  reasons: readonly string[];
  /** What an operator may want to know beside it, such as the skew between clocks. */
  facts?: { readonly [name: string]: string | number | boolean | null };
};

const liveSchema = {
  type: 'object',
  required: ['status'],
  properties: { status: { const: 'live' } },
} as const;

const readySchema = {
  type: 'object',
  required: ['status', 'reasons'],
  properties: {
    status: { enum: ['ready', 'not_ready'] },
    reasons: { type: 'array', items: { type: 'string' } },
    facts: { type: 'object', additionalProperties: true },
  },
} as const;

export function addHealthRoutes(server: FastifyInstance, health: () => Health): void {
  const config = { isAlwaysAdmitted: true };
  server.get(
    '/health/live',
    {
      config,
      schema: {
        summary: 'Whether the process is alive',
        tags: ['health'],
        response: { 200: { description: 'It is.', ...liveSchema } },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'live' };
    },
  );
  server.get(
    '/health/ready',
    {
      config,
      schema: {
        summary: 'Whether the process should get requests now, and why not',
        tags: ['health'],
        response: {
          200: { description: 'It should.', ...readySchema },
          503: { description: 'It should not.', ...readySchema },
        },
      },
    },
    async (_request, reply) => {
      const { reasons, facts } = health();
      const isReady = reasons.length === 0;
      reply.code(isReady ? 200 : 503).header('cache-control', 'no-store');
      return { status: isReady ? 'ready' : 'not_ready', reasons, ...(facts && { facts }) };
    },
  );
}
