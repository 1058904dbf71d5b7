// How the whole is: what Postgres knows of units, content and replicas, judged.
//
// RabbitMQ is judged by what comes through it: a replica's report of a few seconds ago went through
// the broker and a worker into Postgres. So whoever asks needs no password for the broker.

import { type Backlog, deadOf, type ReadBacklog } from '../backlog.ts';
import { describeError } from '../errors.ts';
import type { KnownReplica, ReceiptStore } from '../receipt.ts';
import { within } from '../within.ts';

/** Both reject with `unavailable` while Postgres does not answer. */
export type WholeReads = { backlog: ReadBacklog; replicas: ReceiptStore['replicas'] };

/** `warn`: it works, and somebody should look. `fail`: nothing is prepared now. */
export type Verdict = 'pass' | 'warn' | 'fail';

export type Check = {
  verdict: Verdict;
  /** What is wrong, in words; `null`: nothing. */
  problem: string | null;
  /** A replica's instance, where there are several of a kind. */
  of?: { region: string; instance: string };
  observed?: { value: number; unit: string };
};

export type WholeHealth = {
  verdict: Verdict;
  checks: { readonly [name: string]: readonly Check[] };
};

/** Of a replica: four heartbeats, and a moment for the fifth. */
export const silentAfterMs = 45_000;

const readTimeoutMs = 2_000;

/** Postgres is asked once in this time, whoever asks and how often. */
const freshMs = 1_000;

/** Never rejects. */
export function createWholeHealth(reads: WholeReads): () => Promise<WholeHealth> {
  let asked: { atMs: number; health: Promise<WholeHealth> } | null = null;
  return () => {
    const atMs = performance.now();
    if (asked === null || atMs - asked.atMs > freshMs) {
      const state = Promise.all([reads.backlog(), reads.replicas()]);
      const health = within(readTimeoutMs, 'Asking Postgres', state).then(judgeWhole, judgeAbsence);
      asked = { atMs, health };
    }
    return asked.health;
  };
}

function judgeAbsence(error: unknown): WholeHealth {
  const postgres = { verdict: 'fail', problem: `Postgres: ${describeError(error)}` } as const;
  return { verdict: 'fail', checks: { 'postgres:answers': [postgres] } };
}

function judgeWhole([backlog, replicas]: [Backlog, readonly KnownReplica[]]): WholeHealth {
  const { parked, unsent } = backlog;
  const counted = replicas.filter(({ retiredAtMs }) => retiredAtMs === null);
  const checks = {
    'postgres:answers': [{ verdict: 'pass', problem: null }],
    'reports:arrive': [judgeReports(counted)],
    'replica:lastSeen': counted.map(judgeReplica),
    'units:parked': [count(parked.count, 'units')],
    'units:dead': [count(deadOf(backlog).count, 'units')],
    'content:unsent': [
      unsent.count === 0
        ? count(0, 'places')
        : {
            ...count(unsent.count, 'places'),
            ...warn('Content was not fanned out yet: the broker takes too little.'),
          },
    ],
  } satisfies WholeHealth['checks'] as WholeHealth['checks'];
  const verdicts = Object.values(checks).flatMap((all) => all.map(({ verdict }) => verdict));
  const worst = (['fail', 'warn'] as const).find((verdict) => verdicts.includes(verdict));
  return { verdict: worst ?? 'pass', checks };
}

function judgeReports(counted: readonly KnownReplica[]): Check {
  if (counted.length === 0) return warn('No replica was heard of yet.');
  const silentMs = Math.min(...counted.map((replica) => replica.silentMs));
  const observed = seconds(silentMs);
  if (silentMs <= silentAfterMs) return { verdict: 'pass', problem: null, observed };
  const problem = `Nothing was heard of any replica for ${observed.value} s: the broker, the workers or all replicas are away.`;
  return { verdict: 'fail', problem, observed };
}

function judgeReplica({ region, instance, silentMs, isCaughtUp }: KnownReplica): Check {
  const observed = seconds(silentMs);
  const of = { region, instance };
  if (silentMs > silentAfterMs) {
    return { ...warn(`${instance} was not heard of for ${observed.value} s.`), of, observed };
  }
  if (isCaughtUp === false) return { ...warn(`${instance} is catching up.`), of, observed };
  return { verdict: 'pass', problem: null, of, observed };
}

function count(value: number, unit: string): Check {
  return { verdict: 'pass', problem: null, observed: { value, unit } };
}

function warn(problem: string): Check {
  return { verdict: 'warn', problem };
}

function seconds(ms: number): { value: number; unit: string } {
  return { value: Math.max(0, Math.round(ms / 1_000)), unit: 's' };
}
