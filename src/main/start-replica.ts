// A replica, wired: what follows content into its store, and the door for clients.

import { randomUUID } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, ContentFeed, RegionStore, Running } from '../domain/ports.ts';
import { followContent } from '../domain/replica/follow-content.ts';
import { createPositionContent } from '../domain/replica/position-content.ts';
import { createReadContent } from '../domain/replica/read-content.ts';
import type { TokenKeys } from '../domain/replica/token-keys.ts';
import { createWaitingTickets } from '../domain/replica/waiting-tickets.ts';
import { addContentRoutes } from '../inbound/http-content.ts';
import { createHttpServer } from '../inbound/http-server.ts';
import { createAuthenticateClient } from '../inbound/http-tokens.ts';
import type { replicaLimits } from './replica-settings.ts';
import type { ValuesOf } from './settings.ts';

export type ReplicaParts = {
  config: Config;
  limits: ValuesOf<typeof replicaLimits>;
  region: string;
  instance: string;
  address: { host: string; port: number };
  store: RegionStore;
  feed: ContentFeed;
  keys: TokenKeys;
  token: { issuer: string; audience: string };
  observe: Observe;
  nowMs: Clock;
};

const about = {
  title: 'Beforehand: replica',
  description: 'What users see next, for their clients.',
  version: '1.0.0',
};

/** Clients send no bodies. */
const maxBodyBytes = 1024;

/**
 * Answers reads once this resolves, from what the store holds, with or without a broker. `stop`
 * ends requests in progress and what was being laid down; it closes no part.
 */
export async function startReplica(parts: ReplicaParts): Promise<Running & { url: string }> {
  const { config, limits, region, instance, store, feed, keys, token, observe, nowMs } = parts;
  const tickets = createWaitingTickets({
    nowMs,
    rememberMs: limits.rememberTicketsMs,
    maxRemembered: limits.maxRememberedTickets,
    maxWaiting: limits.maxWaitingReads,
    maxWaitingPerUser: limits.maxWaitingReadsPerUser,
  });
  const followed = await followContent({
    ...{ feed, store, observe, nowMs, newId: randomUUID },
    ...limits,
    position: createPositionContent({ store, tickets, observe, nowMs }),
  });
  const { isReady, isCaughtUp } = followed;
  const server = await createHttpServer({
    ...limits,
    ...{ about, observe, maxBodyBytes },
    health: () => ({
      reasons: isReady() ? [] : ['catching_up'],
      facts: { region, instance, isCaughtUp: isCaughtUp() },
    }),
  });
  addContentRoutes(server.routes, {
    read: createReadContent({ slots: config.slots, store, tickets, isCaughtUp, nowMs }),
    authenticate: createAuthenticateClient({ ...token, ...limits, keys, nowMs }),
    genericMaxAgeS: limits.genericMaxAgeS,
  });
  try {
    const url = await server.listen(parts.address);
    return { url, stop: () => stopBoth(server, followed) };
  } catch (error) {
    await stopBoth(server, followed);
    throw error;
  }
}

/** Reads end first: until then they may wait for what is still being laid down. */
async function stopBoth(server: { stop(): Promise<void> }, followed: Running): Promise<void> {
  await server.stop();
  await followed.stop();
}
