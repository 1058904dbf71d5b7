// What a replica counts: what it positions, what it is asked, and what it had to copy anew.

import { Counter, Histogram, type Registry } from 'prom-client';
import { lanes } from '../domain/event.ts';
import type { ReadState } from '../domain/observation.ts';
import { type FactHandlers, positioningBucketsS } from './prometheus-facts.ts';
import { byValue } from './prometheus-labels.ts';

const readStates: readonly ReadState[] = ['personal', 'mixed', 'generic', 'pending'];

/** Replicas of several regions may share a process, so each says which region is its own. */
export function replicaFacts(registry: Registry): (region: string) => FactHandlers {
  const reading = readFacts(registry);
  const positioning = positionFacts(registry);
  const copying = copyFacts(registry);
  const reporting = receiptFacts(registry);
  return (region) => ({
    ...{ ...reading(region), ...positioning(region) },
    ...{ ...copying(region), ...reporting(region) },
  });
}

function readFacts(registry: Registry): (region: string) => FactHandlers {
  const registers = [registry];
  const reads = new Counter({
    name: 'beforehand_reads_total',
    help: 'Reads that the replica answered, by what it showed. Nginx answers most without it.',
    labelNames: ['region', 'state'],
    registers,
  });
  const requests = new Counter({
    name: 'beforehand_content_requests_total',
    help: 'Requests for content that the workers were sent after cold reads.',
    labelNames: ['region'],
    registers,
  });
  const failures = new Counter({
    name: 'beforehand_content_requests_failed_total',
    help: 'Times that sending such requests began to fail.',
    labelNames: ['region'],
    registers,
  });
  return (region) => {
    const state = byValue((value) => reads.labels(region, value));
    for (const value of readStates) state(value).inc(0);
    const [requested, failed] = [requests.labels(region), failures.labels(region)];
    failed.inc(0);
    return {
      content_read: (fact) => state(fact.state).inc(),
      content_requested: () => requested.inc(),
      content_request_failed: () => failed.inc(),
    };
  };
}

function positionFacts(registry: Registry): (region: string) => FactHandlers {
  const registers = [registry];
  const documents = new Counter({
    name: 'beforehand_documents_positioned_total',
    help: 'Documents laid down in a newer version, those of snapshots included.',
    labelNames: ['region'],
    registers,
  });
  const events = new Counter({
    name: 'beforehand_events_positioned_total',
    help: 'Events that made content, of users or of everyone, which can now be read in the region.',
    labelNames: ['region'],
    registers,
  });
  const early = new Counter({
    name: 'beforehand_events_positioned_early_total',
    help: 'Those that could be read before they were accepted: one of the two clocks is wrong.',
    labelNames: ['region'],
    registers,
  });
  const positioning = new Histogram({
    name: 'beforehand_positioning_seconds',
    help: 'From the acceptance of an event until content that it made can be read in the region.',
    labelNames: ['region', 'lane'],
    buckets: positioningBucketsS,
    registers,
  });
  const withdrawals = new Counter({
    name: 'beforehand_generic_withdrawn_total',
    help: 'Times that what everyone was shown was taken back.',
    labelNames: ['region'],
    registers,
  });
  return (region) => {
    const positioned = documents.labels(region);
    const withdrawn = withdrawals.labels(region);
    const inLane = byValue((lane) => positioning.labels(region, lane));
    const [laidDown, tooEarly] = [events.labels(region), early.labels(region)];
    for (const counter of [positioned, laidDown, tooEarly]) counter.inc(0);
    for (const lane of lanes) positioning.zero({ region, lane });
    return {
      content_positioned: () => positioned.inc(),
      event_positioned({ lane, sinceAcceptedMs }) {
        laidDown.inc();
        if (sinceAcceptedMs === null) return;
        // Nothing is readable before it was accepted: so far at least do the clocks differ.
        if (sinceAcceptedMs < 0) tooEarly.inc();
        inLane(lane).observe(Math.max(0, sinceAcceptedMs) / 1000);
      },
      generic_withdrawn: () => withdrawn.inc(),
    };
  };
}

function copyFacts(registry: Registry): (region: string) => FactHandlers {
  const registers = [registry];
  const begun = new Counter({
    name: 'beforehand_snapshots_begun_total',
    help: 'Full copies that were begun, by why something might have been missing.',
    labelNames: ['region', 'why'],
    registers,
  });
  const applied = new Counter({
    name: 'beforehand_snapshots_applied_total',
    help: 'Full copies that were finished.',
    labelNames: ['region'],
    registers,
  });
  return (region) => {
    const why = byValue((value) => begun.labels(region, value));
    const finished = applied.labels(region);
    finished.inc(0);
    return {
      snapshot_begun: (fact) => why(fact.why).inc(),
      snapshot_applied: () => finished.inc(),
    };
  };
}

function receiptFacts(registry: Registry): (region: string) => FactHandlers {
  const registers = [registry];
  const sent = new Counter({
    name: 'beforehand_receipts_sent_total',
    help: 'Receipts that RabbitMQ took from the replica.',
    labelNames: ['region'],
    registers,
  });
  const dropped = new Counter({
    name: 'beforehand_receipts_dropped_total',
    help: 'Receipts that had to go for newer ones, because too many waited for RabbitMQ.',
    labelNames: ['region'],
    registers,
  });
  return (region) => {
    const [taken, gone] = [sent.labels(region), dropped.labels(region)];
    for (const counter of [taken, gone]) counter.inc(0);
    return {
      receipts_sent: ({ receipts }) => taken.inc(receipts),
      receipts_dropped: ({ receipts }) => gone.inc(receipts),
    };
  };
}
