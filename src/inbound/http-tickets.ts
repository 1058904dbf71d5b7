// GET /v1/tickets/{ticket}: what became of an event. For operators, never for the internet.

import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { isUnavailable } from '../domain/errors.ts';
import type { EventStories, EventStory, RegionStory } from '../domain/worker/event-story.ts';
import { Problem } from './http-problem.ts';

const moment = Type.String({ format: 'date-time' });

const paramsSchema = Type.Object({ ticket: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) });

const optionalMoment = Type.Union([moment, Type.Null()], {
  description: 'By the clock of the replica; null when it has positioned a newer version since.',
});

const regionState = Type.Union(
  (['positioned', 'waiting', 'nothing', 'unknown'] as const).map((state) => Type.Literal(state)),
  {
    description:
      'positioned: it holds the content of the event, or newer. waiting: not yet, as far as is known. nothing: no unit stored content for the user. unknown: the event is about everyone, of which no receipts are kept, or older than receipts.',
  },
);

const placeSchema = {
  state: regionState,
  positionedAt: optionalMoment,
  positioningMs: Type.Union([Type.Integer(), Type.Null()], {
    description: 'From accepted to readable there, by the clocks of ingest and replica.',
  }),
};

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
    regions: Type.Array(
      Type.Object({
        region: Type.String(),
        ...placeSchema,
        instances: Type.Array(Type.Object({ instance: Type.String(), ...placeSchema })),
      }),
      { description: 'Every region with a replica that was heard of and is not retired.' },
    ),
  },
  { description: 'The event, each of its units that was begun, and where its content is.' },
);

export function addTicketRoutes(server: FastifyInstance, stories: EventStories): void {
  server.get<{ Params: Static<typeof paramsSchema> }>(
    '/v1/tickets/:ticket',
    {
      schema: {
        summary: 'What became of an event, unit by unit and region by region',
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

function toBody({
  acceptedAtMs,
  units,
  regions,
  ...event
}: EventStory): Static<typeof storySchema> {
  const placed = ({ state, positionedAtMs }: Pick<RegionStory, 'state' | 'positionedAtMs'>) => ({
    state,
    positionedAt: isoTime(positionedAtMs),
    // Clocks differ by a little, and nothing is positioned before it is accepted.
    positioningMs: positionedAtMs === null ? null : Math.max(0, positionedAtMs - acceptedAtMs),
  });
  return {
    ...event,
    acceptedAt: new Date(acceptedAtMs).toISOString(),
    units: units.map(({ settledAtMs, ...unit }) => ({
      ...unit,
      settledAt: isoTime(settledAtMs),
    })),
    regions: regions.map(({ instances, ...story }) => ({
      ...{ region: story.region, ...placed(story) },
      instances: instances.map((one) => ({ instance: one.instance, ...placed(one) })),
    })),
  };
}

function isoTime(unixMs: number | null): string | null {
  return unixMs === null ? null : new Date(unixMs).toISOString();
}
