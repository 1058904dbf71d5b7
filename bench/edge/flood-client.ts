// Entry of a process that is one open load: every request goes out at its planned time, whether or
// not those before it were answered, and its latency counts from that time. What the client itself
// is late by is part of it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { threadExecArgv } from '../../src/outbound/thread-exec-argv.ts';
import { createConnections } from './flood-connections.ts';
import type { LoadCall, LoadResult } from './flood-load.ts';
import { planTimes } from './flood-plan.ts';

/** Clients of a region have machines of their own: here they must not wait for those they measure. */
const priority = -10;

/** What was not answered by then after the end never was. */
const patienceMs = 10_000;

const autogroupFile = '/proc/self/autogroup';

const idleConnections = 32;

/** More would measure how the kernel looks for free ports. What waits for one counts from its time. */
const maxConnections = 2_000;

const sentPerTurn = 16;

const nowMs = () => performance.timeOrigin + performance.now();

process.once('message', (call: LoadCall) => {
  void run(call).then((result) => process.send?.(result, () => process.disconnect()));
});
process.send?.('ready');

async function run(call: LoadCall): Promise<LoadResult> {
  hurry();
  const requests = readFileSync(call.requestsFile, 'latin1').trimEnd().split('\n').map(textOf);
  const times = planTimes(call.ratePerS, call.seconds, call.seed);
  const connections = createConnections({ ...call, maxConnections });
  await connections.open(idleConnections);
  const latenciesMs: number[] = [];
  const lateMs: number[] = [];
  const servedMs: number[] = [];
  const statuses: LoadResult['statuses'] = {};

  function send(plannedMs: number): void {
    const request = requests[(call.firstRequest + lateMs.length) % requests.length] as string;
    const sentMs = nowMs();
    lateMs.push(sentMs - plannedMs);
    connections.send(request, (status) => {
      const answeredMs = nowMs();
      latenciesMs.push(answeredMs - plannedMs);
      servedMs.push(answeredMs - sentMs);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
  }

  let dueMs = -1;
  let isSending = false;
  /** Answers are read between two handfuls, or their connections would not be idle again. */
  function sendDue(): void {
    for (let count = 0; count < sentPerTurn; count += 1) {
      const time = times[lateMs.length];
      isSending = time !== undefined && time <= dueMs;
      if (!isSending) return;
      send(call.startAtMs + (time as number));
    }
    setImmediate(sendDue);
  }

  const pacer = startPacer(call.startAtMs, times, (untilMs) => {
    dueMs = untilMs;
    if (!isSending) sendDue();
  });
  const endsAtMs = call.startAtMs + call.seconds * 1_000 + patienceMs;
  while (latenciesMs.length < times.length && nowMs() < endsAtMs) await pause(10);
  const tookMs = nowMs() - call.startAtMs;
  await pacer.terminate();
  const unanswered = times.length - latenciesMs.length;
  if (unanswered > 0) statuses[0] = (statuses[0] ?? 0) + unanswered;
  const count = connections.count();
  connections.close();
  return { latenciesMs, lateMs, servedMs, statuses, connections: count, tookMs };
}

function startPacer(
  startAtMs: number,
  times: readonly number[],
  onTime: (untilMs: number) => void,
): Worker {
  const execArgv = threadExecArgv();
  const pacer = new Worker(new URL('./flood-pacer.ts', import.meta.url), {
    workerData: { startAtMs, times },
    ...(execArgv && { execArgv }),
  });
  return pacer.on('message', onTime);
}

function textOf(line: string): string {
  const [path, token] = line.split('\t');
  return `GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`;
}

function hurry(): void {
  try {
    setPriority(priority);
    // Linux shares CPU among sessions first, where it does so by sessions at all (autogroup).
    if (existsSync(autogroupFile)) writeFileSync(autogroupFile, String(priority));
  } catch {
    // Only root may. Then the client's own lateness is greater, and shows in the figures.
  }
}
