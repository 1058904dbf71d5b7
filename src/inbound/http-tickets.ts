// GET /v1/tickets/{ticket}: what became of an event. For operators, never for the internet.

import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { isUnavailable } from '../domain/errors.ts';
import type { EventStories, EventStory } from '../domain/worker/event-story.ts';
import { Problem } from './http-problem.ts';

const moment = Type.String({ format: 'date-time' });

const paramsSchema = Type.Object({ ticket: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) });

const storySchema = Type.Object(
  {
    ticket: Type.String(),
    source: Type.String(),
    id: Type.String(),
    type: Type.String(),
    user: Type.Union([Type.String(), Type.Null()]),
    acceptedAt: moment,
    units: Type.Array(
      Type.Object({
        name: Type.String(),
        state: Type.String(),
        settledAt: Type.Union([moment, Type.Null()]),
        attempts: Type.Union([Type.Integer(), Type.Null()]),
        error: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  },
  { description: 'The event and each of its units that was begun.' },
);

export function addTicketRoutes(server: FastifyInstance, stories: EventStories): void {
  server.get<{ Params: Static<typeof paramsSchema> }>(
    '/v1/tickets/:ticket',
    {
      schema: {
        summary: 'What became of an event, unit by unit',
        tags: ['tickets'],
        params: paramsSchema,
        response: { 200: storySchema },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const story = await read(stories, request.params.ticket);
      if (story === null) {
        throw new Problem('not_found', 'No worker has begun an event with this ticket.');
      }
      return toBody(story);
    },
  );
}

function read(stories: EventStories, ticket: string): Promise<EventStory | null> {
  return stories.read(ticket).catch((cause) => {
    if (!isUnavailable(cause)) throw cause;
    throw new Problem('unavailable', 'Postgres does not answer now.', { cause });
  });
}

function toBody({ acceptedAtMs, units, ...event }: EventStory): Static<typeof storySchema> {
  return {
    ...event,
    acceptedAt: new Date(acceptedAtMs).toISOString(),
    units: units.map(({ settledAtMs, ...unit }) => ({
      ...unit,
      settledAt: settledAtMs === null ? null : new Date(settledAtMs).toISOString(),
    })),
  };
}
