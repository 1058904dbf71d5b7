// Suite `signature`: from a press on the home page to the last of its person's windows, beside the
// least that a press can cost.

import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { countCpu, cpuPer, type Processes, serverCpu } from '../cpu-by-process.ts';
import { type Edge, openEdge } from '../edge/open-edge.ts';
import { percentile } from '../edge/percentile.ts';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import { openPlace } from '../place.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';
import { type Shown, type WatchedPerson, watchPerson } from './watched-person.ts';

const suite = 'signature';
const configFile = fileURLToPath(new URL('../../home.config.ts', import.meta.url));
const regions = ['eu', 'us'];
const products = ['travel', 'insurance', 'deals', 'energy', 'savings'];

/** Until code is compiled; and in each run, of each row. */
const [warmUpPresses, presses] = [20, 40];
/** Between two presses: a person is no load test, and may report ten events a second. */
const pauseMs = 100;

type Press = { type: string; data: { readonly [name: string]: string } };
type Row = { row: string; press: (shown: Shown) => Press; isDone: (shown: Shown) => boolean };

export async function runSignatureSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { say, signal } = options;
  const place = openPlace(suite);
  try {
    const installation = { configFile, regions, workers: 1 };
    const edge = await openEdge(place, { say, signal, installation });
    try {
      // Ada has a quote from the start.
      const ada = await watchPerson(edge, 'ada');
      await ada.sees((shown) => insuranceId(shown).startsWith('Q-'));
      const lines = await measureRows(edge, ada, options);
      ada.close();
      return lines;
    } finally {
      await edge.stop();
    }
  } finally {
    await place.clear();
  }
}

async function measureRows(edge: Edge, ada: WatchedPerson, options: SuiteOptions) {
  const { say, runs, signal } = options;
  const rows = [clicks(), signatures()];
  for (const row of rows) await measure(edge, ada, row, { count: warmUpPresses, signal });
  const lines: ResultLine[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const ofRun: ResultLine[] = [];
    for (const row of rows) {
      ofRun.push(await measure(edge, ada, row, { count: presses, signal }));
    }
    say(`\nRun ${run} of ${runs}\n${terminalTable(ofRun)}`);
    lines.push(...ofRun);
  }
  return medianLines(lines);
}

/** The least: one generator, which asks nobody, and a document as large. */
function clicks(): Row {
  let clicked = '';
  return {
    row: 'Click → new order in both streams',
    press() {
      clicked = clicked === 'home.travel' ? 'home.deals' : 'home.travel';
      return { type: 'content.clicked', data: { slot: clicked, item: 'bench' } };
    },
    isDone: (shown) =>
      shown('home.order')?.slots.find((slot) => slot !== 'home.insurance') === clicked,
  };
}

/** A signature and its withdrawal in turn: a reaction, the event that it reports, four generators. */
function signatures(): Row {
  let isSigned = false;
  return {
    row: 'Signature → all four slots in both streams',
    press(shown) {
      const id = insuranceId(shown);
      isSigned = id.startsWith('Q-');
      return isSigned
        ? { type: 'quote.accepted', data: { quote: id } }
        : { type: 'withdrawal.requested', data: { contract: id } };
    },
    isDone(shown) {
      const isInsured = [
        insuranceId(shown).startsWith('C-'),
        shown('home.energy')?.data.subtitle?.includes(because) === true,
        shown('home.savings')?.data.text?.includes(because) === true,
        shown('home.order')?.slots[0] === 'home.energy',
      ];
      return isInsured.every((is) => is === isSigned);
    },
  };
}

const because = 'because you are insured with us';
const insuranceId = (shown: Shown) => shown('home.insurance')?.data.id ?? '';

async function measure(
  edge: Edge,
  person: WatchedPerson,
  { row, press, isDone }: Row,
  { count, signal }: { count: number; signal: AbortSignal },
): Promise<ResultLine> {
  const tookMs: number[] = [];
  const documentsBefore = person.documents();
  const used = countCpu(processesOf(edge));
  for (let pressed = 1; pressed <= count; pressed += 1) {
    await delay(pauseMs, undefined, { signal });
    const { type, data } = press(person.shown);
    const begunMs = performance.now();
    const status = await person.press(type, data);
    if (status !== 202) throw new Error(`"${row}" is answered ${status}.`);
    const seenMs = await person.sees(isDone);
    if (seenMs !== null) tookMs.push(seenMs - begunMs);
  }
  const cpuMicrosOf = cpuPer(count, used());
  const each = (person.documents() - documentsBefore) / count / regions.length;
  return {
    ...{ suite, row, connections: null, requestsPerSecond: null, cpuMicrosOf },
    cpuMicrosPerRequest: serverCpu(cpuMicrosOf),
    ...{ p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99) },
    errors: count - tookMs.length,
    counted: `${tookMs.length} of ${count}; ${each.toFixed(2)} documents a stream each`,
  };
}

/** All of a press's way, and what they do when idle. */
function processesOf({ pidsOf }: Edge): Processes {
  const of = (...members: string[]) => members.flatMap(pidsOf);
  return {
    ...{ ingest: of('ingest-1'), rabbitmq: of('rabbitmq'), worker: of('worker-1') },
    ...{ postgres: of('postgres'), replicas: of(...regions.map((name) => `replica-${name}-1`)) },
    ...{ nginx: of(...regions.map((region) => `nginx-${region}`)) },
    products: of(...products.map((name) => `service-${name}`)),
  };
}
