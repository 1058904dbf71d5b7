// What a worker process and its threads say to each other. Plain values: they are cloned on the way.

import type { Observation } from '../observation.ts';
import type { UnitCall } from './unit-call.ts';

/** What a thread is started with. */
export type ThreadData = {
  /** file: URL of the module that exports `config`. */
  configUrl: string;
  /** By how much others go before it where processors are scarce. */
  niceness: number;
};

export type ThreadTask = { callId: number; call: UnitCall };

/**
 * What a thread says beside its answers. `taken_up`: from here on the unit's deadline runs;
 * `isFirst`: no other unit was in this thread before.
 */
export type ThreadReport =
  | { kind: 'taken_up'; callId: number; threadId: number; isFirst: boolean }
  | { kind: 'observed'; observation: Observation };
