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

export type EventStory = {
  ticket: string;
  source: string;
  id: string;
  type: string;
  user: string | null;
  acceptedAtMs: number;
  units: readonly UnitStory[];
};

export type EventStories = {
  /** `null`: no worker has begun an event with this ticket. Rejects with `unavailable`. */
  read(ticket: string): Promise<EventStory | null>;
};
