// An ingest for tests: the real door, and a publisher that only remembers.

import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { Type } from '@sinclair/typebox';
import { defineEvent } from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import { type AcceptEvents, createEventAcceptance } from '../../src/domain/ingest/accept-events.ts';
import type { GiveWay } from '../../src/domain/ingest/bulk-gives-way.ts';
import type { Producer, ProducerKeys } from '../../src/domain/ingest/producer.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { createStamper } from '../../src/domain/stamp.ts';
import { addEventRoutes } from '../../src/inbound/http-events.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
} from '../../src/inbound/http-server.ts';
import { ajvDataValidator } from '../../src/outbound/ajv-data-validator.ts';
import { digestOf } from '../../src/wire/digest.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { anyClientType, anyType, bulkType, clientType, strictType } from '../fixtures/bad-event.ts';

export const ingestConfig: Config = defineConfig({
  regions: ['eu'],
  events: [
    defineEvent({ type: anyType, schema: Type.Unknown() }),
    defineEvent({ type: bulkType, lane: 'bulk', schema: Type.Unknown() }),
    defineEvent({
      type: strictType,
      schema: Type.Object({ page: Type.String() }, { additionalProperties: false }),
    }),
    defineEvent({
      ...{ type: clientType, fromClients: true },
      schema: Type.Object({ item: Type.String() }, { additionalProperties: false }),
    }),
    defineEvent({
      ...{ type: anyClientType, fromClients: true, lane: 'bulk' },
      schema: Type.Unknown(),
    }),
  ],
  slots: {},
  generators: [],
  reactions: [],
});

/** A key of each kind. What is not among them is valid nowhere. */
export const testKeys = {
  full: `bhk_full_${'f'.repeat(43)}`,
  shopOnly: `bhk_shop_${'s'.repeat(43)}`,
  eraseOnly: `bhk_erase_${'e'.repeat(43)}`,
  /** Written into a file by hand: the command line makes no such key. */
  nosy: `bhk_clients_${'n'.repeat(43)}`,
};

const producers = new Map<string, Producer>([
  [testKeys.full, { id: 'full', sources: ['*'], types: ['*'], scopes: ['publish'] }],
  [testKeys.shopOnly, { id: 'shop', sources: ['/shop*'], types: [anyType], scopes: ['publish'] }],
  [
    testKeys.nosy,
    {
      ...{ id: 'clients', types: ['*'], scopes: ['publish'] },
      sources: ['/clients/*', '/beforehand/*'],
    },
  ],
  [testKeys.eraseOnly, { id: 'erase', sources: ['*'], types: ['*'], scopes: ['erase'] }],
]);

export const keysOfTests: ProducerKeys = { find: (text) => producers.get(text) ?? null };

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; json: unknown };

export type TestIngest = {
  url: URL;
  published: AcceptedEvent[];
  observed: Observation[];
  post(headers: IncomingHttpHeaders, body: string | Uint8Array, path?: string): Promise<Answer>;
  stop(): Promise<void>;
};

export type Behind = { acceptEvents: AcceptEvents; observe: (observation: Observation) => void };

export async function openIngest(
  given: Partial<HttpServerOptions> & {
    publish?: (events: readonly AcceptedEvent[]) => Promise<void>;
    publishTimeoutMs?: number;
    giveWay?: GiveWay;
    /** Further doors to the same acceptance. */
    addRoutes?: (routes: HttpServer['routes'], behind: Behind) => void;
  } = {},
): Promise<TestIngest> {
  const {
    publish,
    publishTimeoutMs = 10_000,
    giveWay = async () => {},
    addRoutes,
    ...options
  } = given;
  const published: AcceptedEvent[] = [];
  const observed: Observation[] = [];
  const observe = (observation: Observation) => observed.push(observation);
  const server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe, health: () => ({ reasons: [] }), maxBodyBytes: 1_048_576, maxRequests: 1_000 },
    ...{ maxConnections: 1_000, requestTimeoutMs: 15_000, handlerTimeoutMs: 15_000 },
    ...{ drainMs: 0, stopTimeoutMs: 1_000 },
    ...options,
  });
  const acceptEvents = createEventAcceptance({
    ...{
      config: ingestConfig,
      publishTimeoutMs,
      giveWay,
      ticketOf,
      digestOf,
      observe,
      nowMs: Date.now,
    },
    validateData: ajvDataValidator(ingestConfig.events),
    ...{ nextStamp: createStamper(Date.now), isClockSettled: () => true },
    publisher: {
      async publish(events) {
        await publish?.(events);
        published.push(...events);
      },
    },
  });
  addEventRoutes(server.routes, { acceptEvents, keys: keysOfTests, observe });
  addRoutes?.(server.routes, { acceptEvents, observe });
  const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  return {
    ...{ url, published, observed, stop: server.stop },
    post: (headers, body, path = '/v1/events') =>
      send(new URL(path, url), { authorization: `Bearer ${testKeys.full}`, ...headers }, body),
  };
}

/** Sends exactly these headers, which fetch would not. */
export function send(
  url: URL,
  headers: IncomingHttpHeaders,
  body: string | Uint8Array,
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false });
    let isAnswered = false;
    outgoing.on('response', (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      const finish = () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status = 0, headers } = response;
        const isJson = headers['content-type']?.includes('json') === true;
        resolve({ status, headers, text, json: isJson ? JSON.parse(text) : null });
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', finish);
    });
    // A server that refuses a body early closes while we still send: its answer is what counts.
    outgoing.on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    outgoing.end(body);
  });
}

export function newId(): string {
  return randomUUID();
}
