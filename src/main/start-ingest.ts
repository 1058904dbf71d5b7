// An ingest, wired: the door for producers, with whatever publishes behind it.

import type { ClockListener } from '../domain/clock-broadcast.ts';
import type { Config } from '../domain/config.ts';
import { createClientEventAcceptance } from '../domain/ingest/accept-client-events.ts';
import { type AcceptEvents, createEventAcceptance } from '../domain/ingest/accept-events.ts';
import { createGiveWay } from '../domain/ingest/bulk-gives-way.ts';
import type { ProducerKeys } from '../domain/ingest/producer.ts';
import { settleClock } from '../domain/ingest/settle-clock.ts';
import { createUserRate } from '../domain/ingest/user-rate.ts';
import type { Metrics } from '../domain/metrics.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, EventPublisher, Running } from '../domain/ports.ts';
import { createReferenceClock } from '../domain/reference-clock.ts';
import { createStamper } from '../domain/stamp.ts';
import type { TokenKeys } from '../domain/token-keys.ts';
import { addClientEventRoutes, addNoClientEventRoutes } from '../inbound/http-client-events.ts';
import { maxBatchBytes } from '../inbound/http-event-schema.ts';
import { addEventRoutes } from '../inbound/http-events.ts';
import { createHttpServer, type HttpServer } from '../inbound/http-server.ts';
import { createAuthenticateClient } from '../inbound/http-tokens.ts';
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
  /** Resolves once something can be published. */
  whenConnected: (signal: AbortSignal) => Promise<void>;
  clockListener: ClockListener;
  keys: ProducerKeys;
  /** `null`: no token can be verified here, so clients report nothing. */
  clients: {
    keys: TokenKeys;
    token: { issuer: string; audience: string };
    corsOrigins: readonly string[];
  } | null;
  observe: Observe;
  metrics?: Metrics;
  /** This machine's own. */
  nowMs: Clock;
  /** Milliseconds since any moment, from a clock that nobody sets. */
  elapsedMs: () => number;
};

const about = {
  title: 'Beforehand: ingest',
  description: "Takes events from the systems that produce them, and from users' browsers.",
  version: '1.0.0',
};

/** Takes events once this resolves. `stop` ends requests in progress; it closes no part. */
export async function startIngest(parts: IngestParts): Promise<Running & { url: string }> {
  const { config, limits, publisher, keys, observe, whenConnected } = parts;
  const { publishTimeoutMs, bulkEventsPerS, clockPatienceMs: patienceMs, ...serverLimits } = limits;
  const clock = createReferenceClock({ ownMs: parts.nowMs, elapsedMs: parts.elapsedMs, observe });
  const settling = settleClock({ clock, whenConnected, patienceMs, observe });
  const { isSettled } = settling;
  const onFall = (byMs: number) => observe({ kind: 'stamps_fell', byMs });
  // Waiting must leave time to publish, and most places to others.
  const bulkLimits = {
    ...{ perS: bulkEventsPerS, patienceMs: publishTimeoutMs / 3 },
    maxWaiting: Math.ceil(serverLimits.maxRequests / 4),
  };
  const acceptEvents = createEventAcceptance({
    giveWay: createGiveWay({ limits: bulkLimits, elapsedMs: parts.elapsedMs, observe }),
    ...{ config, publisher, publishTimeoutMs, ticketOf, digestOf, observe },
    ...{ isClockSettled: isSettled, nowMs: clock.nowMs },
    validateData: ajvDataValidator(config.events),
    nextStamp: createStamper(clock.nowMs, clock.latestMs, onFall),
  });
  const server = await createHttpServer({
    ...serverLimits,
    ...{ about, observe, maxBodyBytes: maxBatchBytes, metrics: parts.metrics?.page ?? null },
    ...{ handlerTimeoutMs: publishTimeoutMs, endsInTime: true },
    health: () => ({
      reasons: [...parts.publishingProblems(), ...(isSettled() ? [] : ['clock_unknown'])],
      facts: clock.facts(),
    }),
  });
  parts.metrics?.gauge('clock_skew_ms', () => clock.facts().clockSkewMs);
  parts.metrics?.gauge('clock_heard_ago_ms', () => clock.facts().clockHeardAgoMs);
  addEventRoutes(server.routes, { acceptEvents, keys, observe });
  addClientRoutes(server.routes, acceptEvents, parts);
  const running = [server, settling, await parts.clockListener.listen(clock.hear)];
  const stop = async () => {
    for (const part of running) await part.stop();
  };
  try {
    return { url: await server.listen(parts.address), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addClientRoutes(
  routes: HttpServer['routes'],
  acceptEvents: AcceptEvents,
  { config, limits, clients, observe, nowMs, elapsedMs }: IngestParts,
): void {
  if (clients === null) {
    addNoClientEventRoutes(routes);
    return;
  }
  const { keys, token, corsOrigins } = clients;
  const take = createUserRate({
    limits: {
      ...{ perS: limits.clientEventsPerS, burst: limits.clientEventsBurst },
      maxUsers: limits.maxClientUsers,
    },
    elapsedMs,
  });
  addClientEventRoutes(routes, {
    ...{ corsOrigins, observe },
    acceptClientEvents: createClientEventAcceptance({ config, acceptEvents, take }),
    authenticate: createAuthenticateClient({
      ...{ ...token, keys, clockToleranceS: limits.clockToleranceS, nowMs, tokenCookie: null },
    }),
  });
}
