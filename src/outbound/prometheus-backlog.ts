// What waits in Postgres and on the broker, as gauges of the operator process.

import { Gauge, type Registry } from 'prom-client';
import type { Backlog, QueueDepth, ReadBacklog, ReadQueues } from '../domain/backlog.ts';
import { within } from '../domain/within.ts';

/** Asked for at most this often, however many look, so that nobody loads Postgres by looking. */
const keptMs = 5_000;

/** Whoever looks must have the rest of the page in time: Prometheus waits for 10 s. */
const patienceMs = 4_000;

type Clock = () => number;

/** Returns what brings the gauges up to date. It never rejects: what cannot be read is absent. */
export function createBacklogGauges(
  registry: Registry,
  reads: { backlog: ReadBacklog; queues: ReadQueues | null; elapsedMs: Clock },
): () => Promise<void> {
  const postgres = kept(reads.backlog, reads.elapsedMs);
  const showBacklog = backlogGauges(registry);
  const broker = reads.queues === null ? null : kept(reads.queues, reads.elapsedMs);
  const showQueues = broker === null ? null : queueGauges(registry);
  return async () => {
    const [backlog, queues] = await Promise.all([postgres(), broker?.() ?? null]);
    showBacklog(backlog);
    showQueues?.(queues);
  };
}

/** `null`: it cannot be read now. */
function kept<Value>(read: () => Promise<Value>, elapsedMs: Clock): () => Promise<Value | null> {
  let last: { value: Promise<Value | null>; atMs: number } | null = null;
  return () => {
    if (last === null || elapsedMs() - last.atMs >= keptMs) {
      last = { value: within(patienceMs, 'Asking', read()).catch(() => null), atMs: elapsedMs() };
    }
    return last.value;
  };
}

function backlogGauges(registry: Registry): (backlog: Backlog | null) => void {
  const registers = [registry];
  const up = new Gauge({
    name: 'beforehand_postgres_up',
    help: '1 when Postgres told what waits in it; at 0 that is absent.',
    registers,
  });
  const waiting = new Gauge({
    name: 'beforehand_waiting_rows',
    help: 'Parked units, unsent users and reported events that wait in Postgres; 10000: or more.',
    labelNames: ['place'],
    registers,
  });
  const overdue = new Gauge({
    name: 'beforehand_waiting_overdue_seconds',
    help: 'How long the first of them has been due.',
    labelNames: ['place'],
    registers,
  });
  const dead = new Gauge({
    name: 'beforehand_dead_letters',
    help: 'Dead letters by reason, of the newest 10000.',
    labelNames: ['reason'],
    registers,
  });
  return (backlog) => {
    for (const gauge of [waiting, overdue, dead]) gauge.reset();
    up.set(backlog === null ? 0 : 1);
    if (backlog === null) return;
    const { parked, unsent, followUps } = backlog;
    for (const [place, found] of Object.entries({ parked, unsent, follow_ups: followUps })) {
      waiting.labels(place).set(found.count);
      overdue.labels(place).set(found.overdueMs / 1000);
    }
    for (const { reason, count } of backlog.dead) dead.labels(reason).set(count);
  };
}

function queueGauges(registry: Registry): (queues: readonly QueueDepth[] | null) => void {
  const registers = [registry];
  const up = new Gauge({
    name: 'beforehand_queues_up',
    help: '1 when RabbitMQ told what waits in its queues; at 0 that is absent.',
    registers,
  });
  const messages = new Gauge({
    name: 'beforehand_queue_messages',
    help: 'Messages that wait in a queue, without those that a consumer has now.',
    labelNames: ['queue'],
    registers,
  });
  const consumers = new Gauge({
    name: 'beforehand_queue_consumers',
    help: 'Consumers of a queue.',
    labelNames: ['queue'],
    registers,
  });
  return (queues) => {
    for (const gauge of [messages, consumers]) gauge.reset();
    up.set(queues === null ? 0 : 1);
    for (const found of queues ?? []) {
      if (found.messages === null) continue;
      messages.labels(found.name).set(found.messages);
      consumers.labels(found.name).set(found.consumers);
    }
  };
}
