// Which units an event has: one per generator and reaction that it concerns.

import { contentRequested, type Generator, type Reaction, timerEventType } from '../authors.ts';
import type { Config } from '../config.ts';
import type { AcceptedEvent } from '../event.ts';
import { isWanted } from '../only.ts';

/** What is done, remembered, retried and dead-lettered: one event × one generator or reaction. */
export type Unit = {
  /** The generator's or reaction's name. */
  name: string;
  /** The slot it fills; `null` for a reaction. */
  slot: string | null;
  deadlineMs: number;
  concurrency: number;
  coalesce: boolean;
  /** What it makes takes the place only of what it was made from. */
  exact: boolean;
};

/** What of an event says which units it has. */
type UnitEvent = Pick<AcceptedEvent, 'type' | 'user' | 'data'>;

/** Returns the units of an event, sorted by name. None: the event is ignored. */
export function createUnitFinder(config: Config): (event: UnitEvent) => readonly Unit[] {
  return (event) => {
    const audience = event.user === null ? 'everyone' : 'user';
    const generators = config.generators.filter(
      (generator) => generator.audience === audience && isFor(generator, event),
    );
    const reactions = config.reactions.filter(
      ({ on, only }) => on.includes(event.type) && isWanted(only, event.data),
    );
    return [...generators.map(generatorUnit), ...reactions.map(reactionUnit)].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  };
}

function isFor(generator: Generator, { type, data }: UnitEvent): boolean {
  if (type === timerEventType) {
    const due = (data as { generator: string } | null)?.generator;
    return generator.everyMs !== null && generator.name === due;
  }
  if (!generator.on.includes(type) || !isWanted(generator.only, data)) return false;
  if (type !== contentRequested.type) return true;
  // Its user may have been erased, and its data with that.
  return generator.slot === (data as { slot: string } | null)?.slot;
}

function generatorUnit(generator: Generator): Unit {
  const { name, slot, deadlineMs, concurrency, coalesce, previous } = generator;
  const how = { coalesce: coalesce === 'latest', exact: previous === 'exact' };
  return { name, slot, deadlineMs, concurrency, ...how };
}

function reactionUnit(reaction: Reaction): Unit {
  const { name, deadlineMs, concurrency } = reaction;
  return { name, slot: null, deadlineMs, concurrency, coalesce: false, exact: false };
}
