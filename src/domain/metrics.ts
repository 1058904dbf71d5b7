// What a process shows of itself to whoever watches it, beside the facts that it observes.

import type { Observe } from './observation.ts';

/** What is looked up when somebody asks, and is not counted as it happens. */
export const gaugeNames = [
  'broker_connected',
  'clock_skew_ms',
  'clock_heard_ago_ms',
  'is_ready',
  'is_caught_up',
] as const;

export type GaugeName = (typeof gaugeNames)[number];

export type MetricsPage = {
  mediaType: string;
  text(): Promise<string>;
};

export type Metrics = {
  /** `read` is called whenever somebody looks; `null`: not known now. */
  gauge(name: GaugeName, read: () => number | boolean | null): void;
  /** `null`: another part of the same process shows it. */
  page: MetricsPage | null;
};

/** Both ways of telling, for one part of a process. */
export type Watched = { observe: Observe; metrics: Metrics };
