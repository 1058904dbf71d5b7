// Everything worth telling an operator, as facts. Nobody here calls a logger.

import type { Outcome } from './document.ts';
import type { Lane } from './event.ts';

/** `mixed`: some slots are the user's own, and nothing is on its way for the others. */
export type ReadState = 'personal' | 'mixed' | 'generic' | 'pending';

type UnitFact = { ticket: string; type: string; name: string };

export type Observation =
  | { kind: 'event_accepted'; ticket: string; type: string; lane: Lane }
  | { kind: 'event_refused'; from: 'producer' | 'client'; code: string; reason: string }
  | { kind: 'bulk_gives_way'; producer: string }
  /** The author's code alone, without waiting for a thread. */
  | { kind: 'unit_ran'; ticket: string; name: string; tookMs: number }
  | { kind: 'unit_ended'; ticket: string; name: string; outcome: Outcome }
  | ({ kind: 'unit_failed'; attempts: number; reason: string; error: string } & UnitFact)
  | ({ kind: 'unit_parked'; delayMs: number; reason: string } & UnitFact)
  | ({
      kind: 'unit_logged';
      level: 'info' | 'warn' | 'error';
      message: string;
      /** JSON text. */
      fields: string | null;
    } & UnitFact)
  | { kind: 'thread_lost'; error: string }
  | { kind: 'thread_printed'; text: string }
  | { kind: 'threads_not_bundled'; error: string }
  | { kind: 'circuit_opened'; name: string; halfOpenAfterMs: number }
  | { kind: 'circuit_closed'; name: string }
  | { kind: 'rejection_unhandled'; error: string }
  | { kind: 'batch_committed'; lane: Lane; units: number; documents: number; tookMs: number }
  | {
      kind: 'content_sent';
      lane: Lane;
      documents: number;
      /** Of the events whose content it is, or that are settled with it. */
      tickets: readonly string[];
      tookMs: number;
    }
  | { kind: 'fan_out_deferred'; users: number; slots: number; error: string }
  | { kind: 'fan_out_resumed'; users: number; slots: number }
  | { kind: 'follow_ups_deferred'; events: number; error: string }
  | { kind: 'follow_ups_resumed'; events: number }
  | { kind: 'store_unavailable'; error: string; pauseMs: number }
  | { kind: 'clock_skewed'; skewMs: number }
  | { kind: 'clock_right'; skewMs: number }
  | { kind: 'clock_unheard'; waitedMs: number }
  | { kind: 'clock_broadcast_failed'; error: string }
  | { kind: 'clock_broadcast_resumed' }
  | { kind: 'stamps_fell'; byMs: number }
  | { kind: 'broker_lost'; connection: string; error: string }
  | { kind: 'broker_connected'; connection: string; tookMs: number }
  | { kind: 'broker_blocked'; connection: string; reason: string }
  | { kind: 'broker_unblocked'; connection: string }
  | { kind: 'channel_lost'; purpose: string; error: string }
  | { kind: 'message_refused'; queue: string; error: string }
  | { kind: 'snapshot_begun'; snapshotId: string; why: string }
  | { kind: 'snapshot_applied'; snapshotId: string; documents: number; tookMs: number }
  | { kind: 'page_answered'; instance: string; documents: number }
  | { kind: 'content_positioned'; user: string; version: number; sinceStoredMs: number }
  /** `null`: nobody waits for it from its acceptance on. */
  | { kind: 'event_positioned'; ticket: string; lane: Lane; sinceAcceptedMs: number | null }
  | { kind: 'content_read'; state: ReadState }
  | { kind: 'generic_withdrawn'; slots: string; users: number; tookMs: number }
  | { kind: 'content_requested'; ticket: string; slot: string; basis: number }
  | { kind: 'content_request_failed'; error: string }
  | { kind: 'content_request_refused'; reason: string }
  | { kind: 'receipts_sent'; receipts: number }
  | { kind: 'receipts_stored'; receipts: number }
  | { kind: 'receipts_dropped'; receipts: number }
  | { kind: 'replica_ready'; tookMs: number }
  | { kind: 'service_absent'; service: string; reason: string }
  | { kind: 'service_ended'; service: string; how: string }
  | { kind: 'keys_loaded'; keys: number }
  | { kind: 'keys_refused'; error: string }
  | { kind: 'request_failed'; method: string; route: string; error: string }
  | { kind: 'forgotten'; what: string; rows: number }
  | { kind: 'task_failed'; task: string; error: string };

export type Observe = (observation: Observation) => void;

/** Each is told everything, in this order. */
export function observeTogether(...observers: readonly Observe[]): Observe {
  return (observation) => {
    for (const observe of observers) observe(observation);
  };
}
