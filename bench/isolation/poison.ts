// Part `poison`: how long good events take with poison among them, and what became of the poison.

import { setTimeout as delay } from 'node:timers/promises';
import {
  identifyProcess,
  isRunning,
  type RunningProcess,
} from '../../src/servers/running-process.ts';
import { openLoop } from '../edge/open-loop.ts';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import { eventOf, type Login } from '../position/login.ts';
import { runOpen } from '../position/open.ts';
import { type Bench, loginsOf, withThousands } from '../position/run.ts';
import { terminalTable } from '../result-table.ts';
import { askPostgres, countRows } from './ask-postgres.ts';
import { type DeadLetter, poisonOf, wrongLetters } from './dead-letters.ts';
import { postUntilAccepted } from './post-until-accepted.ts';
import { timesQuiet } from './times-quiet.ts';

/** Of good events. */
const perSecond = 100;

/** One in a hundred more than these. */
const poisonPerSecond = perSecond / 100;

/**
 * After each attempt. With the delays of production a minute has passed before the first poison is
 * tried for the fourth time; so all four attempts are made while good events are timed.
 */
const retryDelayMs = 1_000;

export const quickRetries = {
  BEFOREHAND_FIRST_RETRY_DELAY_MS: String(retryDelayMs),
  BEFOREHAND_SECOND_RETRY_DELAY_MS: String(retryDelayMs),
  BEFOREHAND_THIRD_RETRY_DELAY_MS: String(retryDelayMs),
};

/** No poison died for so long: none will. */
const patienceMs = 60_000;

export async function measurePoison(bench: Bench): Promise<ResultLine[]> {
  const { say, runs } = bench.options;
  const lines: ResultLine[] = [];
  const buried: Login[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const ofRun = [await runGood(bench, 'clean'), await runPoisoned(bench, buried)];
    say(`\nPoison, run ${run} of ${runs}\n${terminalTable(ofRun)}`);
    lines.push(...ofRun);
  }
  return timesQuiet(medianLines(lines), 'clean');
}

async function runGood(bench: Bench, how: string): Promise<ResultLine> {
  const { seconds } = bench.options;
  const row = `Good, ${perSecond}/s, ${how}`;
  const [fromThe202] = await runOpen(bench, { row, workers: 1, perSecond, seconds });
  return fromThe202;
}

/** Throws unless all poison is dead as it must be, with what `buried` has, and the worker lives. */
async function runPoisoned(bench: Bench, buried: Login[]): Promise<ResultLine> {
  const { edge, options } = bench;
  const worker = workerOf(bench);
  const run = `${bench.nextRun()}-poison`;
  const logins = loginsOf(run, poisonPerSecond * options.seconds);
  const [line] = await Promise.all([runGood(bench, '1 % poison'), postPoison(bench, logins)]);
  await untilDead(bench, run, logins.length);
  buried.push(...logins);
  if (!worker.every(isRunning)) throw new Error('The worker process died.');
  const letters = 'select user_id as user, reason from dead_letter';
  const wrong = wrongLetters(await askPostgres<DeadLetter>(edge, letters), buried);
  if (wrong.length > 0) throw new Error(`Not as it must be: ${wrong.slice(0, 20).join('; ')}`);
  const dead = `${withThousands(logins.length)} poison, each dead once with its reason`;
  return { ...line, counted: `${line.counted}; ${dead}; the worker lived` };
}

async function postPoison(bench: Bench, logins: readonly Login[]): Promise<void> {
  const { signal } = bench.options;
  await openLoop(
    { count: logins.length, perSecond: poisonPerSecond, signal },
    async (index) => void (await postUntilAccepted(bench, poisonJson(logins[index] as Login))),
  );
}

function poisonJson(login: Login): string {
  const event = eventOf(login);
  return JSON.stringify({ ...event, data: { ...event.data, poison: poisonOf(login) } });
}

/** Resolves, too, when nothing has died for long: then the letters tell what is missing. */
async function untilDead({ edge, options }: Bench, run: string, count: number): Promise<void> {
  let [dead, sinceMs] = [0, performance.now()];
  while (dead < count && performance.now() - sinceMs < patienceMs) {
    await delay(500, undefined, { signal: options.signal });
    const now = await countRows(edge, 'outcome', run);
    if (now > dead) [dead, sinceMs] = [now, performance.now()];
  }
}

function workerOf({ edge }: Bench): RunningProcess[] {
  return edge.pidsOf('worker-1').map((pid) => {
    const running = identifyProcess(pid);
    if (running === null) throw new Error('The worker is not running.');
    return running;
  });
}
