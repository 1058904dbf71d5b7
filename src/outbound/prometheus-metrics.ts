// The metrics of one process: a registry of its own, filled from what is observed.

import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ReadBacklog, ReadQueues } from '../domain/backlog.ts';
import type { MetricsPage, Watched } from '../domain/metrics.ts';
import { createBacklogGauges } from './prometheus-backlog.ts';
import { observeWith } from './prometheus-facts.ts';
import { createGauges } from './prometheus-gauges.ts';
import { ingestFacts } from './prometheus-ingest.ts';
import { processFacts } from './prometheus-process.ts';
import { replicaFacts } from './prometheus-replica.ts';
import { workerFacts } from './prometheus-worker.ts';

export type PrometheusMetrics = Watched & {
  page: MetricsPage;
  /** For what only a replica of that region tells. */
  inRegion(region: string): Watched;
  /** Adds what waits in Postgres, and on the broker if there is one. */
  addBacklog(reads: { backlog: ReadBacklog; queues: ReadQueues | null }): void;
};

/** What the process is: all of them in solo mode. */
export type PartName = 'ingest' | 'worker' | 'replica' | 'operator';

/** However many look, the page is written once in it. */
const keptMs = 500;

/** Between looks at how late the event loop is. Each costs a turn of it. */
const eventLoopEveryMs = 20;

export function openPrometheus(options: {
  parts: readonly PartName[];
  /** Whether memory, CPU and the event loop are told as well: once in a process. */
  withProcess: boolean;
  /** Milliseconds since any moment. */
  elapsedMs: () => number;
}): PrometheusMetrics {
  const { parts, elapsedMs } = options;
  const registry = new Registry();
  if (options.withProcess) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: eventLoopEveryMs });
  }
  const common = processFacts(registry);
  const gauges = createGauges(registry);
  const observe = observeWith({
    ...common,
    ...(parts.includes('ingest') && ingestFacts(registry)),
    ...(parts.includes('worker') && workerFacts(registry)),
  });
  const ofRegion = parts.includes('replica') ? replicaFacts(registry) : null;
  const refreshers: (() => Promise<void>)[] = [];

  async function write(): Promise<string> {
    await Promise.all(refreshers.map((refresh) => refresh()));
    return registry.metrics();
  }

  const text = shared(write, elapsedMs);
  const page = { mediaType: registry.contentType, text };
  const metricsOf = (region: string | null): Watched['metrics'] => ({
    gauge: (name, read) => gauges.add(name, { region, read }),
    page,
  });

  return {
    ...{ observe, page, metrics: metricsOf(null) },
    inRegion: (region) => ({
      observe: observeWith({ ...common, ...ofRegion?.(region) }),
      metrics: metricsOf(region),
    }),
    addBacklog(reads) {
      refreshers.push(createBacklogGauges(registry, { ...reads, elapsedMs }));
    },
  };
}

function shared(write: () => Promise<string>, elapsedMs: () => number): () => Promise<string> {
  let last: { text: Promise<string>; atMs: number } | null = null;
  return () => {
    if (last !== null && elapsedMs() - last.atMs < keptMs) return last.text;
    const text = write();
    last = { text, atMs: elapsedMs() };
    text.catch(() => {
      last = null;
    });
    return text;
  };
}
