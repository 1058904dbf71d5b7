// What became of an event, for whoever holds its ticket.

import type { Outcome } from '../document.ts';

export type UnitStory = {
  name: string;
  /** `waiting`: not settled; it runs now or is parked for its next attempt. */
  state: Outcome | 'waiting';
  settledAtMs: number | null;
  /** Attempts charged so far, for a unit that is parked or dead. */
  attempts: number | null;
  /** Why the last attempt failed. */
  error: string | null;
};

export type InstanceStory = {
  instance: string;
  state: RegionState;
  /** `null` also when a newer version followed: of each user only the newest receipt is kept. */
  positionedAtMs: number | null;
};

/**
 * `positioned`: every replica that counts holds the event's content, or newer. `nothing`: none of its
 * units stored content for its user. `unknown`: it is about everyone, of which no receipts are kept,
 * or from a time when they were not.
 */
export type RegionState = 'positioned' | 'waiting' | 'nothing' | 'unknown';

export type RegionStory = {
  region: string;
  state: RegionState;
  /** When the last of its replicas had it, if that is known of all. */
  positionedAtMs: number | null;
  instances: readonly InstanceStory[];
};

export type EventStory = {
  ticket: string;
  source: string;
  id: string;
  type: string;
  user: string | null;
  acceptedAtMs: number;
  units: readonly UnitStory[];
  regions: readonly RegionStory[];
};

export type EventStories = {
  /** `null`: no worker has begun an event with this ticket. Rejects with `unavailable`. */
  read(ticket: string): Promise<EventStory | null>;
};
