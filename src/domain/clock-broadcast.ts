// How Postgres's clock gets to every ingest: workers read it and broadcast it, ingests listen.

import type { Running } from './ports.ts';

/** Unix milliseconds by Postgres's clock, rounded down; else `unavailable`. */
export type ReadClock = () => Promise<number>;

export type ClockBroadcaster = {
  /** Resolves once it is on its way to everyone who listens, be it nobody; else `unavailable`. */
  broadcast(unixMs: number): Promise<void>;
};

export type ClockListener = {
  /** Hears what is broadcast from now on, with or without a broker at this moment. */
  listen(hear: (unixMs: number) => void): Promise<Running>;
};
