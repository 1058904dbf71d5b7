// What a worker counts: its units, and storing and fanning out what they made.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { lanes } from '../domain/event.ts';
import { briefBucketsS, type FactHandlers, sizeBuckets } from './prometheus-facts.ts';
import { byTwoValues, byValue } from './prometheus-labels.ts';

export function workerFacts(registry: Registry): FactHandlers {
  return { ...unitFacts(registry), ...storeFacts(registry), ...troubleFacts(registry) };
}

function unitFacts(registry: Registry): FactHandlers {
  const registers = [registry];
  const units = new Counter({
    name: 'beforehand_units_total',
    help: 'Units by generator or reaction and outcome. Events that concern nobody have no name.',
    labelNames: ['name', 'outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'beforehand_unit_failures_total',
    help: 'Attempts that failed, by generator or reaction and reason.',
    labelNames: ['name', 'reason'],
    registers,
  });
  const parked = new Counter({
    name: 'beforehand_units_parked_total',
    help: 'Units put aside for later, by generator or reaction and reason.',
    labelNames: ['name', 'reason'],
    registers,
  });
  const generation = new Histogram({
    name: 'beforehand_generation_seconds',
    help: 'Time in the code of a generator or reaction. What ended its thread is not in it.',
    labelNames: ['name'],
    buckets: briefBucketsS,
    registers,
  });
  const circuits = new Gauge({
    name: 'beforehand_circuit_open',
    help: '1 while a generator or reaction that always fails is called no more by this worker.',
    labelNames: ['name'],
    registers,
  });
  const unit = byTwoValues((name, outcome) => units.labels(name, outcome));
  const failure = byTwoValues((name, reason) => failures.labels(name, reason));
  const park = byTwoValues((name, reason) => parked.labels(name, reason));
  const ran = byValue((name) => generation.labels(name));
  const circuit = byValue((name) => circuits.labels(name));

  return {
    unit_ran: ({ name, tookMs }) => ran(name).observe(tookMs / 1000),
    unit_ended: ({ name, outcome }) => unit(name, outcome).inc(),
    unit_failed: ({ name, reason }) => failure(name, reason).inc(),
    unit_parked: ({ name, reason }) => park(name, reason).inc(),
    circuit_opened: ({ name }) => circuit(name).set(1),
    circuit_closed: ({ name }) => circuit(name).set(0),
  };
}

function storeFacts(registry: Registry): FactHandlers {
  const registers = [registry];
  const labelNames = ['lane'] as const;
  const commits = new Histogram({
    name: 'beforehand_commit_seconds',
    help: 'Time of one transaction that stores outcomes and content, waiting for Postgres included.',
    ...{ labelNames, buckets: briefBucketsS, registers },
  });
  const sizes = new Histogram({
    name: 'beforehand_commit_units',
    help: 'Units in one transaction.',
    ...{ labelNames, buckets: sizeBuckets, registers },
  });
  const sendings = new Histogram({
    name: 'beforehand_fan_out_seconds',
    help: 'Time until RabbitMQ has confirmed content for the regions.',
    ...{ labelNames, buckets: briefBucketsS, registers },
  });
  const receipts = new Counter({
    name: 'beforehand_receipts_stored_total',
    help: 'Receipts of replicas that were news to Postgres.',
    registers,
  });
  const took = byValue((lane) => commits.labels(lane));
  const size = byValue((lane) => sizes.labels(lane));
  const sent = byValue((lane) => sendings.labels(lane));
  for (const lane of lanes) for (const it of [commits, sizes, sendings]) it.zero({ lane });

  return {
    batch_committed({ lane, units, tookMs }) {
      took(lane).observe(tookMs / 1000);
      size(lane).observe(units);
    },
    content_sent: ({ lane, tookMs }) => sent(lane).observe(tookMs / 1000),
    receipts_stored: (fact) => receipts.inc(fact.receipts),
  };
}

function troubleFacts(registry: Registry): FactHandlers {
  const count = (name: string, help: string) => {
    const counter = new Counter({ name, help, registers: [registry] });
    return () => counter.inc();
  };
  return {
    thread_lost: count(
      'beforehand_threads_lost_total',
      'Threads that ended while no unit ran in them. Others are failures of units, crashed.',
    ),
    fan_out_deferred: count(
      'beforehand_fan_outs_deferred_total',
      'Bundles that RabbitMQ did not take in time; their users are noted as unsent.',
    ),
    follow_ups_deferred: count(
      'beforehand_follow_ups_deferred_total',
      'Times that events reported by units had to wait for RabbitMQ.',
    ),
    store_unavailable: count(
      'beforehand_store_unavailable_total',
      'Times that Postgres could not carry out a call, which was then repeated.',
    ),
    clock_broadcast_failed: count(
      'beforehand_clock_broadcasts_failed_total',
      'Times that telling the clock began to fail.',
    ),
    content_request_refused: count(
      'beforehand_content_requests_refused_total',
      'Requests for content, from cold reads, that nobody may make.',
    ),
    page_answered: count('beforehand_pages_answered_total', 'Pages of snapshots sent to replicas.'),
  };
}
