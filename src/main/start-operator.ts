// The operator process, wired: what people who run the platform ask over HTTP.

import type { MetricsPage } from '../domain/metrics.ts';
import type { Observe } from '../domain/observation.ts';
import type { Running } from '../domain/ports.ts';
import type { EventStories } from '../domain/worker/event-story.ts';
import { createWholeHealth, type WholeReads } from '../domain/worker/whole-health.ts';
import { createHttpServer } from '../inbound/http-server.ts';
import { addTicketRoutes } from '../inbound/http-tickets.ts';
import { addWholeHealthRoute } from '../inbound/http-whole-health.ts';
import type { operatorLimits } from './operator-settings.ts';
import type { ValuesOf } from './settings.ts';

/** Tickets are the longest thing that anybody sends. */
const maxBodyBytes = 1024;

const about = {
  title: 'Beforehand: operator',
  description: 'What became of events, and how the whole is. Keep it off the internet.',
  version: '1.0.0',
};

export async function startOperator(parts: {
  address: { host: string; port: number };
  limits: ValuesOf<typeof operatorLimits>;
  stories: EventStories;
  whole: WholeReads;
  observe: Observe;
  page?: MetricsPage;
}): Promise<Running & { url: string }> {
  const { address, limits, stories, observe, page = null } = parts;
  const server = await createHttpServer({
    ...limits,
    ...{ maxBodyBytes, observe, about, metrics: page },
    health: () => ({ reasons: [] }),
  });
  addTicketRoutes(server.routes, stories);
  addWholeHealthRoute(server.routes, createWholeHealth(parts.whole));
  const url = await server.listen(address);
  return { url, stop: server.stop };
}
