// A replica, wired: what follows content into its store, and the door for clients.

import { randomUUID } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import { requestableSlots } from '../domain/content-request.ts';
import type { Resolved } from '../domain/document.ts';
import type { Metrics } from '../domain/metrics.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, ContentFeed, RegionStore, Running } from '../domain/ports.ts';
import { type ColdReads, createColdReads } from '../domain/replica/cold-reads.ts';
import { createDocumentComposer } from '../domain/replica/compose-document.ts';
import { createPageComposer } from '../domain/replica/compose-page.ts';
import { followContent } from '../domain/replica/follow-content.ts';
import { createReceipts } from '../domain/replica/gather-receipts.ts';
import { keepPositions } from '../domain/replica/keep-positions.ts';
import { createLastStored } from '../domain/replica/last-stored.ts';
import type { PageAssets } from '../domain/replica/page-assets.ts';
import { createPositionContent } from '../domain/replica/position-content.ts';
import type { Positions } from '../domain/replica/positions.ts';
import { createReadContent } from '../domain/replica/read-content.ts';
import type { RecentlyAsked } from '../domain/replica/recently-asked.ts';
import { createWaitingTickets } from '../domain/replica/waiting-tickets.ts';
import { createWatchedDocuments } from '../domain/replica/watch-documents.ts';
import type { TokenKeys } from '../domain/token-keys.ts';
import { addContentRoutes } from '../inbound/http-content.ts';
import { addPageRoutes } from '../inbound/http-page.ts';
import { createHttpServer, type HttpServer } from '../inbound/http-server.ts';
import { createAuthenticateClient } from '../inbound/http-tokens.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import type { replicaLimits } from './replica-settings.ts';
import type { ValuesOf } from './settings.ts';

export type ReplicaParts = {
  config: Config;
  limits: ValuesOf<typeof replicaLimits>;
  region: string;
  instance: string;
  /** `socketPath` is where the Nginx of its unit finds it; empty for none. */
  address: { host: string; port: number; socketPath?: string };
  store: RegionStore;
  positions: Positions;
  /** Where the configuration has a page; `positions` then keeps pages, too. */
  pageAssets?: PageAssets | null;
  asked: RecentlyAsked;
  feed: ContentFeed;
  keys: TokenKeys;
  token: { issuer: string; audience: string };
  observe: Observe;
  metrics?: Metrics;
  nowMs: Clock;
  /** What this door serves besides, in solo mode. */
  addRoutes?: ((routes: HttpServer['routes']) => void) | undefined;
};

const about = {
  title: 'Beforehand: replica',
  description: 'What users see next, for their clients.',
  version: '1.0.0',
};

/** Receipts of a replica that was killed: more than wait in a queue while it is well. */
const toldAgainMs = 600_000;

/** Clients send no bodies. */
const maxBodyBytes = 1024;

/**
 * Answers reads once this resolves, from what the store holds, with or without a broker. `stop`
 * ends requests in progress and what was being laid down; it closes no part.
 */
export async function startReplica(parts: ReplicaParts): Promise<Running & { url: string }> {
  const { config, limits, region, instance, store, feed, keys, token, observe, nowMs } = parts;
  const { slots } = config;
  const pageAssets = parts.pageAssets ?? null;
  const compose =
    pageAssets === null
      ? createDocumentComposer(slots)
      : createPageComposer(slots, { shell: pageAssets.shell, order: config.page?.order });
  const watched = createWatchedDocuments(limits);
  const coldReads = openColdReads(parts, (user) => positions.pendingChanged(user));
  const tickets = createWaitingTickets({
    nowMs,
    rememberMs: limits.rememberTicketsMs,
    maxRemembered: limits.maxRememberedTickets,
    maxWaiting: limits.maxWaitingReads,
    maxWaitingPerUser: limits.maxWaitingReadsPerUser,
  });
  const receipts = createReceipts({
    ...{ send: feed.sendReport, observe, nowMs, heartbeatMs: limits.heartbeatMs },
    ...{ maxReceipts: limits.maxReceipts, maxWaiting: limits.maxWaitingReceipts },
    everyMs: limits.receiptsEveryMs,
    isCaughtUp: () => followed.isCaughtUp(),
  });
  const lastStored = createLastStored(toldAgainMs);
  const positions = await keepPositions({
    ...{ store, positions: parts.positions, compose, observe, nowMs, watchers: watched },
    isPending: coldReads.isPending,
    onFound: lastStored.found,
    onMended: (user) => receipts.note(user, store.get(user)?.version ?? 0),
    rewritesPerS: limits.rewriteRate,
  });
  for (const [user, version] of lastStored.all()) {
    // Without a file the replica is asked, and a file that could not be replaced may be older.
    const isOldShown = parts.positions.has(user) && !positions.isLaidDown(user);
    if (!isOldShown) receipts.note(user, version);
  }
  const settled = {
    settle(resolved: readonly Resolved[]) {
      // Before whoever waits is woken: it must not be told that content is still on its way.
      coldReads.settle(resolved);
      tickets.settle(resolved);
    },
  };
  const followed = await followContent({
    ...{ feed, store, observe, nowMs, newId: randomUUID },
    ...limits,
    position: createPositionContent({
      ...{ store, positions, receipts, tickets: settled, observe, nowMs },
    }),
  });
  const { isReady, isCaughtUp } = followed;
  parts.metrics?.gauge('is_ready', isReady);
  parts.metrics?.gauge('is_caught_up', isCaughtUp);
  const server = await createHttpServer({
    ...limits,
    ...{ about, observe, maxBodyBytes, metrics: parts.metrics?.page ?? null },
    health: () => ({
      reasons: isReady() ? [] : ['catching_up'],
      facts: { region, instance, isCaughtUp: isCaughtUp() },
    }),
  });
  const read = createReadContent({
    ...{ slots, store, compose, positions, coldReads, tickets, isCaughtUp, observe, nowMs },
  });
  const authenticate = createAuthenticateClient({ ...token, ...limits, keys, nowMs });
  addContentRoutes(server.routes, {
    ...{ ...limits, watch: watched.watch, observe, nowMs, read, authenticate },
  });
  if (pageAssets !== null && read.pages !== null) {
    const { files } = pageAssets;
    addPageRoutes(server.routes, { pages: read.pages, files, authenticate, addresses: limits });
  }
  parts.addRoutes?.(server.routes);
  // Reads end first: until then they may wait for what is still being laid down.
  const running = [server, followed, positions, receipts.start()];
  try {
    const url = await server.listen(parts.address);
    return { url, stop: () => stopInOrder(running) };
  } catch (error) {
    await stopInOrder(running);
    throw error;
  }
}

/** Pending long enough for a generator at its deadline, and forgotten within the hour of its name. */
const coldTimes = { pendingMs: 5_000, askAgainMs: 3_600_000 };

function openColdReads(parts: ReplicaParts, onChange: (user: string) => void): ColdReads {
  const { config, limits, feed, asked, observe, nowMs } = parts;
  return createColdReads({
    ...{ ...coldTimes, onChange, asked, nowMs, observe, naming: { ticketOf, digestOf } },
    canRequest: requestableSlots(config),
    send: feed.requestContent,
    ratePerS: limits.coldRate,
  });
}

async function stopInOrder(running: readonly Running[]): Promise<void> {
  for (const part of running) await part.stop();
}
