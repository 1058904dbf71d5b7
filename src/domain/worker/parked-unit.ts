// What a worker and the content store tell each other about units that wait for another attempt.

import type { AcceptedEvent } from '../event.ts';

export type UnitKey = { event: AcceptedEvent; name: string };

export type Parking = {
  /** Attempts charged so far. */
  attempts: number;
  delayMs: number;
  error: string;
  /** Its thread died or went deaf under it: it shares none from here on. `false` unless given. */
  alone?: boolean;
  /** 0 unless given. */
  deliveries?: number;
  /** What was known of the user's erasure when the unit began. After a later one `error` is not kept. */
  erasedStamp?: number;
  /** Of all units of the event; only this one unless given. */
  unitNames?: readonly string[];
};

export type ParkedUnit = UnitKey & {
  attempts: number;
  alone: boolean;
  /** How often a worker had it, from the broker or from here, and was never heard of again. */
  deliveries: number;
  /** The unit already has an outcome: only its publish may be missing. */
  isSettled: boolean;
};

export type ClaimLimits = {
  max: number;
  leaseMs: number;
  /** Only units that may have ended the processes they ran in; otherwise only the others. */
  suspects?: boolean;
  /** Only units that have failed before, or only those that have not; both unless given. */
  failedBefore?: boolean;
  /** Units of these names are left where they are. */
  except?: readonly string[];
};

/**
 * From so many deliveries on a unit is a suspect: one of them at a time runs in a worker process,
 * so that only the guilty one is delivered any further. Lost connections and stopped workers count,
 * too, which is why it takes several.
 */
export const suspectDeliveries = 3;

/** A unit that was lost this often is given up. The broker's own limit is far above it. */
export const maxDeliveries = 7;
