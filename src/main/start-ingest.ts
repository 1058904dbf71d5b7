// An ingest, wired: the door for producers, with whatever publishes behind it.

import type { Config } from '../domain/config.ts';
import { createEventAcceptance } from '../domain/ingest/accept-events.ts';
import type { ProducerKeys } from '../domain/ingest/producer.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, EventPublisher, Running } from '../domain/ports.ts';
import { createStamper } from '../domain/stamp.ts';
import { maxBatchBytes } from '../inbound/http-event-schema.ts';
import { addEventRoutes } from '../inbound/http-events.ts';
import { createHttpServer } from '../inbound/http-server.ts';
import { ajvDataValidator } from '../outbound/ajv-data-validator.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import type { ingestLimits } from './ingest-settings.ts';
import type { ValuesOf } from './settings.ts';

export type IngestParts = {
  config: Config;
  limits: ValuesOf<typeof ingestLimits>;
  address: { host: string; port: number };
  publisher: EventPublisher;
  /** Why nothing can be published now; empty when it can. */
  publishingProblems: () => readonly string[];
  keys: ProducerKeys;
  observe: Observe;
  nowMs: Clock;
};

const about = {
  title: 'Beforehand: ingest',
  description: 'Takes events from the systems that produce them.',
  version: '1.0.0',
};

/** Takes events once this resolves. `stop` ends requests in progress; it closes no part. */
export async function startIngest(parts: IngestParts): Promise<Running & { url: string }> {
  const { config, limits, publisher, keys, observe, nowMs } = parts;
  const { publishTimeoutMs, ...serverLimits } = limits;
  const acceptEvents = createEventAcceptance({
    ...{ config, publisher, publishTimeoutMs, ticketOf, digestOf, observe, nowMs },
    validateData: ajvDataValidator(config.events),
    nextStamp: createStamper(nowMs),
  });
  const server = await createHttpServer({
    ...serverLimits,
    ...{ about, observe, maxBodyBytes: maxBatchBytes },
    health: () => ({ reasons: parts.publishingProblems() }),
  });
  addEventRoutes(server.routes, { acceptEvents, keys, observe });
  const url = await server.listen(parts.address);
  return { url, stop: server.stop };
}
