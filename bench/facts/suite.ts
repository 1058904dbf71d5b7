// Suite `facts`: what it costs to tell what one event went through, to the log and to the metrics.

import type { DestinationStream } from 'pino';
import type { Observation, Observe } from '../../src/domain/observation.ts';
import { observeTogether } from '../../src/domain/observation.ts';
import { pinoObserver } from '../../src/outbound/pino-observer.ts';
import { openPrometheus, type PrometheusMetrics } from '../../src/outbound/prometheus-metrics.ts';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';

const suite = 'facts';

/** Transactions and messages are shared by as many events, under load. */
const batch = 20;
const regions = 3;
const tickets = Array.from({ length: batch }, (_, index) => `NIrDur_9FI9iC4k4JN1e${index}`);

type Options = { seconds: number; runs: number; signal: AbortSignal; say: (text: string) => void };

export async function runFactsSuite(options: Options): Promise<ResultLine[]> {
  const lines: ResultLine[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const { observe, page } = openMetrics();
    const logged = pinoObserver({ process: 'bench', level: 'info', destination: nowhere });
    const rows: readonly [string, Observe][] = [
      ['Facts of an event, told to nobody', () => {}],
      ['Facts of an event, to the log at info', logged],
      ['Facts of an event, to the log and the metrics', observeTogether(logged, observe)],
    ];
    for (const [row, observer] of rows) {
      options.signal.throwIfAborted();
      options.say(`${row} …`);
      const counted = `${5 + 2 * regions} facts, 2 of them for ${batch} events`;
      lines.push({ ...measure(row, options.seconds, () => tellBatch(observer), batch), counted });
    }
    lines.push(await measurePage(page, options.seconds));
  }
  return medianLines(lines);
}

function openMetrics(): { observe: Observe; page: PrometheusMetrics['page'] } {
  let elapsedMs = 0;
  const metrics = openPrometheus({
    parts: ['ingest', 'worker', 'replica', 'operator'],
    withProcess: true,
    // Nothing is kept: each page is written.
    elapsedMs: () => {
      elapsedMs += 1_000;
      return elapsedMs;
    },
  });
  const replica = metrics.inRegion('eu');
  const own = new Set<Observation['kind']>(['content_positioned', 'event_positioned']);
  const observe: Observe = (fact) => (own.has(fact.kind) ? replica : metrics).observe(fact);
  return { observe, page: metrics.page };
}

/** With three regions, as ingest, worker and replicas tell them. */
function tellBatch(observe: Observe): void {
  const lane = 'interactive';
  for (const [index, ticket] of tickets.entries()) {
    const name = 'offers';
    observe({ kind: 'event_accepted', ticket, type: 'user.login', lane });
    observe({ kind: 'unit_ran', ticket, name, tookMs: 1.5 });
    observe({ kind: 'unit_ended', ticket, name, outcome: 'stored' });
    for (let region = 0; region < regions; region += 1) {
      observe({ kind: 'content_positioned', user: 'alice', version: index, sinceStoredMs: 4 });
      observe({ kind: 'event_positioned', ticket, lane, sinceAcceptedMs: 20 + index });
    }
  }
  observe({ kind: 'batch_committed', lane, units: batch, documents: batch, tookMs: 5 });
  observe({ kind: 'content_sent', lane, documents: batch, tickets, tookMs: 2 });
}

function measure(row: string, seconds: number, work: () => void, perTurn: number): ResultLine {
  for (let turn = 0; turn < 1_000; turn += 1) work();
  const [cpu, untilMs] = [process.cpuUsage(), performance.now() + seconds * 1_000];
  let turns = 0;
  while (performance.now() < untilMs) {
    for (let at = 0; at < 100; at += 1) work();
    turns += 100;
  }
  return lineOf(row, microsSince(cpu) / (turns * perTurn));
}

async function measurePage(page: PrometheusMetrics['page'], seconds: number): Promise<ResultLine> {
  let [bytes, pages] = [(await page.text()).length, 0];
  const [cpu, untilMs] = [process.cpuUsage(), performance.now() + seconds * 1_000];
  for (; performance.now() < untilMs; pages += 1) bytes = (await page.text()).length;
  const counted = `${bytes.toLocaleString('en-US')} bytes`;
  return { ...lineOf('A page at /metrics, of all parts', microsSince(cpu) / pages), counted };
}

function microsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function lineOf(row: string, cpuMicros: number): ResultLine {
  const none = { connections: null, requestsPerSecond: null, p50Ms: null, p99Ms: null };
  return { suite, row, ...none, cpuMicrosPerRequest: cpuMicros, errors: 0 };
}

const nowhere: DestinationStream = { write: () => {} };
