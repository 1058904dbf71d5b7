// Suite `ingest`: how many events a second one ingest makes durable, and what that costs beside what
// HTTP and RabbitMQ cost alone.

import { deleteQueues } from '../ceilings/raw-queues.ts';
import { runParts } from '../ceilings/run-parts.ts';
import { countCpu, cpuPer, serverCpu } from '../cpu-by-process.ts';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import { openPlace, type Place } from '../place.ts';
import { ensureWrk } from '../programs.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';
import { runWrk } from '../wrk.ts';
import { emptyQueue } from './queues.ts';
import { type Row, rowsOf } from './rows.ts';
import { type Servers, startServers } from './servers.ts';

const suite = 'ingest';

const warmUpSeconds = 2;

/** More than any run posts: each has numbers of its own. */
const eventsOfRun = 5_000_000;

/** Messages of RabbitMQ alone, of each second that was asked for. */
const messagesPerSecond = 6_000;
const inFlight = 64;

type Bench = { wrk: string; place: Place; servers: Servers; options: SuiteOptions };

export async function runIngestSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { say, runs, signal } = options;
  const place = openPlace(suite);
  try {
    const wrk = ensureWrk(say);
    say('Starting RabbitMQ, an ingest, and its rivals…');
    const servers = await startServers(place, say);
    const bench = { wrk, place, servers, options };
    const lines: ResultLine[] = [];
    let firstEvent = 0;
    for (let run = 1; run <= runs; run += 1) {
      const ofRun: ResultLine[] = [];
      for (const row of rowsOf(place, servers)) {
        for (const connections of row.connectionCounts) {
          signal.throwIfAborted();
          firstEvent += eventsOfRun;
          ofRun.push(await measureRow(bench, row, { connections, firstEvent }));
        }
      }
      ofRun.push(await measureBroker(bench, `run-${run}`));
      say(`\nRun ${run} of ${runs}\n${terminalTable(ofRun)}`);
      lines.push(...ofRun);
    }
    return medianLines(lines);
  } finally {
    await place.clear();
  }
}

/** Throws when fewer messages are in the queue than events were answered 202. */
async function measureRow(
  { wrk: program, servers, options: { signal, seconds } }: Bench,
  { name, port, batch, queue, requests, processes }: Row,
  { connections, firstEvent }: { connections: number; firstEvent: number },
): Promise<ResultLine> {
  const load = { program, port, connections, signal };
  const from = (first: number) => ({ ...requests, args: [...requests.args, String(first)] });
  await runWrk({ ...load, seconds: warmUpSeconds, requests: from(firstEvent) });
  if (queue !== null) await emptyQueue(servers.amqpUrl, queue);
  const used = countCpu(processes);
  const result = await runWrk({ ...load, seconds, requests: from(firstEvent + eventsOfRun / 2) });
  const events = (result.requests - result.errors) * batch;
  const cpuMicrosOf = cpuPer(events, used());
  const queued = queue === null ? null : await emptyQueue(servers.amqpUrl, queue);
  if (events === 0 || (queued !== null && queued < events)) {
    throw new Error(`"${name}": ${queued} messages in the queue for ${events} events.`);
  }
  return {
    ...{ suite, row: name, connections },
    requestsPerSecond: Math.round((events / result.durationMicros) * 1_000_000),
    cpuMicrosPerRequest: serverCpu(cpuMicrosOf),
    ...{ p50Ms: result.p50Micros / 1_000, p99Ms: result.p99Micros / 1_000 },
    ...{ errors: result.errors, cpuMicrosOf },
  };
}

async function measureBroker({ place, servers, options }: Bench, run: string): Promise<ResultLine> {
  const { amqpUrl, rabbitmq } = servers;
  const raw = { amqpUrl, exchange: `bench.${run}`, queues: [`bench.${run}`] };
  const count = messagesPerSecond * options.seconds;
  const given = { ...raw, what: 'events', run, count, window: inFlight };
  const parts = [{ name: 'node', file: 'publisher.ts', given }];
  const { signal } = options;
  const { tookMs, micros } = await runParts(place, parts, { servers: { rabbitmq }, signal });
  await deleteQueues(raw);
  const cpuMicrosOf = cpuPer(count, micros);
  return {
    ...{ suite, row: 'RabbitMQ alone, published and confirmed', connections: inFlight },
    requestsPerSecond: Math.round((count / tookMs) * 1_000),
    cpuMicrosPerRequest: serverCpu(cpuMicrosOf),
    ...{ p50Ms: null, p99Ms: null, errors: 0, cpuMicrosOf },
  };
}
