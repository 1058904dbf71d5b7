// What is looked up at the moment somebody asks, as Prometheus gauges.

import { Gauge, type Registry } from 'prom-client';
import type { GaugeName, Metrics } from '../domain/metrics.ts';

type Read = { region: string | null; read: Parameters<Metrics['gauge']>[1] };

/** `perUnit`: how many of what is read make one of what is shown. */
const shown: {
  readonly [Name in GaugeName]: { name: string; help: string; perUnit: number };
} = {
  broker_connected: {
    name: 'beforehand_broker_connected',
    help: '1 while the process can publish to and consume from RabbitMQ, as far as it has to.',
    perUnit: 1,
  },
  clock_skew_ms: {
    name: 'beforehand_clock_skew_seconds',
    help: 'How far this machine’s clock is ahead of Postgres’s; negative when it is behind.',
    perUnit: 1000,
  },
  clock_heard_ago_ms: {
    name: 'beforehand_clock_heard_ago_seconds',
    help: 'How long ago a worker told what time it is. Absent: never.',
    perUnit: 1000,
  },
  is_ready: {
    name: 'beforehand_replica_ready',
    help: '1 since the replica has been caught up once.',
    perUnit: 1,
  },
  is_caught_up: {
    name: 'beforehand_replica_caught_up',
    help: '1 while the replica knows of no gap to Postgres.',
    perUnit: 1,
  },
};

const ofReplica: ReadonlySet<GaugeName> = new Set(['is_ready', 'is_caught_up']);

export function createGauges(registry: Registry) {
  const all = new Map<GaugeName, Read[]>();

  function open(name: GaugeName): Read[] {
    const reads: Read[] = [];
    const { perUnit, ...words } = shown[name];
    new Gauge({
      ...words,
      labelNames: ofReplica.has(name) ? ['region'] : [],
      registers: [registry],
      collect() {
        // Without labels there would be a 0 after a reset.
        if (ofReplica.has(name)) this.reset();
        else this.remove();
        for (const { region, read } of reads) {
          const value = read();
          if (value === null) continue;
          this.set(region === null ? {} : { region }, Number(value) / perUnit);
        }
      },
    });
    return reads;
  }

  return {
    add(name: GaugeName, read: Read): void {
      const reads = all.get(name) ?? open(name);
      all.set(name, reads);
      reads.push(ofReplica.has(name) ? read : { ...read, region: null });
    },
  };
}
