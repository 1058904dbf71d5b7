// Where the content of an event is, region by region, as receipts tell.

import type { HeldReceipt } from '../receipt.ts';
import type {
  EventStory,
  InstanceStory,
  RegionState,
  RegionStory,
  UnitStory,
} from './event-story.ts';

/** What is to be positioned. */
type Wanted =
  | { state: Exclude<RegionState, 'positioned'> }
  /** Of the user's document, with the content of all the event's units in it. */
  | { state: 'positioned'; version: number };

/** A unit's story, with the version of the document that its content came into. */
export type StoredUnit = UnitStory & { version: number | null };

/** What is known of an event's units: one that runs for the first time is not heard of yet. */
type Begun = { units: readonly StoredUnit[]; isAllBegun: boolean };

export function regionStories(
  user: EventStory['user'],
  begun: Begun,
  held: readonly HeldReceipt[],
): RegionStory[] {
  const wanted = wantedOf(user, begun);
  const regions = new Map<string, InstanceStory[]>();
  for (const one of held) {
    regions.set(one.region, [...(regions.get(one.region) ?? []), instanceStory(wanted, one)]);
  }
  return [...regions].map(([region, instances]) => regionStory(region, instances));
}

function wantedOf(user: EventStory['user'], { units, isAllBegun }: Begun): Wanted {
  if (user === null) return { state: 'unknown' };
  if (!isAllBegun || units.some(({ state }) => state === 'waiting')) return { state: 'waiting' };
  const stored = units.filter(({ state }) => state === 'stored');
  if (stored.length === 0) return { state: 'nothing' };
  const versions = stored.map(({ version }) => version).filter((version) => version !== null);
  if (versions.length < stored.length) return { state: 'unknown' };
  return { state: 'positioned', version: Math.max(...versions) };
}

function instanceStory(wanted: Wanted, { instance, positioned }: HeldReceipt): InstanceStory {
  if (wanted.state !== 'positioned') return { instance, state: wanted.state, positionedAtMs: null };
  if (positioned === null || positioned.version < wanted.version) {
    return { instance, state: 'waiting', positionedAtMs: null };
  }
  const isThisOne = positioned.version === wanted.version;
  return { instance, state: 'positioned', positionedAtMs: isThisOne ? positioned.atMs : null };
}

function regionStory(region: string, instances: readonly InstanceStory[]): RegionStory {
  // Of one event they are all in the same state, but for those that wait.
  const state = (instances.find((it) => it.state === 'waiting') ?? instances[0])?.state;
  const times = instances.map(({ positionedAtMs }) => positionedAtMs);
  const known = times.filter((time) => time !== null);
  const positionedAtMs = known.length === times.length ? Math.max(...known) : null;
  return { region, state: state ?? 'unknown', positionedAtMs, instances };
}
