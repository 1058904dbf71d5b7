// What every process counts: its broker, its tasks, and what went wrong in it.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { FactHandlers } from './prometheus-facts.ts';
import { byValue } from './prometheus-labels.ts';

export function processFacts(registry: Registry): FactHandlers {
  const registers = [registry];
  const lost = new Counter({
    name: 'beforehand_broker_connections_lost_total',
    help: 'Connections to RabbitMQ that ended, and attempts to connect that failed.',
    registers,
  });
  const blocked = new Gauge({
    name: 'beforehand_broker_blocked',
    help: 'Connections that RabbitMQ takes nothing from now: it has a memory or disk alarm.',
    registers,
  });
  const channels = new Counter({
    name: 'beforehand_broker_channels_lost_total',
    help: 'Channels that died alone and were opened again.',
    registers,
  });
  const refused = new Counter({
    name: 'beforehand_messages_refused_total',
    help: 'Messages that no handler takes.',
    registers,
  });
  const tasks = new Counter({
    name: 'beforehand_tasks_failed_total',
    help: 'Turns of work in the background that failed, by task.',
    labelNames: ['task'],
    registers,
  });
  const requests = new Counter({
    name: 'beforehand_requests_failed_total',
    help: 'HTTP requests that ended with 500 or at their deadline, by route.',
    labelNames: ['route'],
    registers,
  });
  const rejections = new Counter({
    name: 'beforehand_rejections_unhandled_total',
    help: 'Promises that were rejected while nobody waited for them.',
    registers,
  });
  const keys = new Counter({
    name: 'beforehand_keys_refused_total',
    help: 'Changes of a file of keys that were not taken.',
    registers,
  });
  const task = byValue((value) => tasks.labels(value));
  const route = byValue((value) => requests.labels(value));
  const blockedOnes = new Set<string>();
  const block = (connection: string, isBlocked: boolean) => {
    if (isBlocked) blockedOnes.add(connection);
    else blockedOnes.delete(connection);
    blocked.set(blockedOnes.size);
  };

  return {
    broker_lost({ connection }) {
      lost.inc();
      block(connection, false);
    },
    broker_blocked: ({ connection }) => block(connection, true),
    broker_unblocked: ({ connection }) => block(connection, false),
    channel_lost: () => channels.inc(),
    message_refused: () => refused.inc(),
    task_failed: (fact) => task(fact.task).inc(),
    request_failed: (fact) => route(fact.route).inc(),
    rejection_unhandled: () => rejections.inc(),
    keys_refused: () => keys.inc(),
  };
}
