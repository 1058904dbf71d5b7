// What a worker process and its threads say to each other. Plain values: they are cloned on the way.

import type { Observation } from '../observation.ts';
import type { UnitCall } from './unit-call.ts';

/** What a thread is started with. */
export type ThreadData = {
  /** file: URL of the module that exports `config`. */
  configUrl: string;
};

export type ThreadTask = { callId: number; call: UnitCall };

/** What a thread says beside its answers. `taken_up`: from here on the unit's deadline runs. */
export type ThreadReport =
  | { kind: 'taken_up'; callId: number }
  | { kind: 'observed'; observation: Observation };
