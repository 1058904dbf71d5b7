// What an ingest counts.

import { Counter, type Registry } from 'prom-client';
import { lanes } from '../domain/event.ts';
import type { FactHandlers } from './prometheus-facts.ts';
import { byTwoValues, byValue } from './prometheus-labels.ts';

export function ingestFacts(registry: Registry): FactHandlers {
  const registers = [registry];
  const accepted = new Counter({
    name: 'beforehand_events_accepted_total',
    help: 'Events answered 202, by lane.',
    labelNames: ['lane'],
    registers,
  });
  const refused = new Counter({
    name: 'beforehand_posts_refused_total',
    help: 'Requests with events that were refused, by who sent them (producer, client) and the code of the problem. A batch is one.',
    labelNames: ['from', 'code'],
    registers,
  });
  const gaveWay = new Counter({
    name: 'beforehand_bulk_gave_way_total',
    help: 'Times that a producer’s bulk events began to wait for interactive ones.',
    registers,
  });
  const fell = new Counter({
    name: 'beforehand_stamps_fell_total',
    help: 'Times that the clock fell behind a stamp that was given already.',
    registers,
  });
  const inLane = byValue((lane) => accepted.labels(lane));
  const withCode = byTwoValues((from, code) => refused.labels(from, code));
  // There from the start, so that a rate has something to begin with.
  for (const lane of lanes) inLane(lane).inc(0);

  return {
    event_accepted: ({ lane }) => inLane(lane).inc(),
    event_refused: ({ from, code }) => withCode(from, code).inc(),
    bulk_gives_way: () => gaveWay.inc(),
    stamps_fell: () => fell.inc(),
  };
}
