// Observations as log lines: one JSON object a line, on standard output.

import { type DestinationStream, type Level, pino, stdTimeFunctions } from 'pino';
import type { Observation, Observe } from '../domain/observation.ts';
import { redactSecrets } from './pino-redact.ts';

export type LogLevel = Extract<Level, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * `error`: a person must act now. `warn`: something went wrong and is being dealt with. `info`: what
 * an operator wants to read of a day. `debug`: one or more lines for every event.
 */
const levels: { readonly [Kind in Observation['kind']]: LogLevel } = {
  event_accepted: 'debug',
  event_refused: 'debug',
  bulk_gives_way: 'info',
  unit_ran: 'debug',
  unit_ended: 'debug',
  unit_failed: 'warn',
  unit_parked: 'info',
  unit_logged: 'info',
  thread_lost: 'warn',
  thread_printed: 'info',
  threads_not_bundled: 'warn',
  circuit_opened: 'warn',
  circuit_closed: 'info',
  rejection_unhandled: 'error',
  batch_committed: 'debug',
  content_sent: 'debug',
  fan_out_deferred: 'warn',
  fan_out_resumed: 'info',
  follow_ups_deferred: 'warn',
  follow_ups_resumed: 'info',
  store_unavailable: 'warn',
  clock_skewed: 'warn',
  clock_right: 'info',
  clock_unheard: 'warn',
  clock_broadcast_failed: 'warn',
  clock_broadcast_resumed: 'info',
  stamps_fell: 'warn',
  broker_lost: 'warn',
  broker_connected: 'info',
  broker_blocked: 'error',
  broker_unblocked: 'info',
  channel_lost: 'warn',
  message_refused: 'error',
  snapshot_begun: 'info',
  snapshot_applied: 'info',
  page_answered: 'debug',
  content_positioned: 'debug',
  event_positioned: 'debug',
  content_read: 'debug',
  generic_withdrawn: 'info',
  content_requested: 'debug',
  content_request_failed: 'warn',
  content_request_refused: 'warn',
  receipts_sent: 'debug',
  receipts_stored: 'debug',
  receipts_dropped: 'warn',
  replica_ready: 'info',
  service_absent: 'warn',
  service_ended: 'warn',
  keys_loaded: 'info',
  keys_refused: 'error',
  request_failed: 'error',
  forgotten: 'info',
  task_failed: 'error',
};

export type PinoOptions = {
  /** Which of our processes it is. */
  process: string;
  /** Which of them, of a replica. */
  place?: { region: string; instance: string };
  level: LogLevel;
  destination?: DestinationStream;
};

export function pinoObserver(options: PinoOptions): Observe {
  const logger = pino(
    {
      level: options.level,
      base: { process: options.process, ...options.place },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    options.destination ?? pino.destination(1),
  );
  return (observation) => {
    // What an author logs has the level that the author gave it.
    const level = observation.kind === 'unit_logged' ? observation.level : levels[observation.kind];
    if (!logger.isLevelEnabled(level)) return;
    const { kind, level: _level, ...facts }: { [fact: string]: unknown } = observation;
    logger[level]({ kind, ...redacted(facts) });
  };
}

function redacted(facts: { [fact: string]: unknown }): { [fact: string]: unknown } {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' ? redactSecrets(value) : value,
    ]),
  );
}

/** For a process whose standard output is for a person. */
export function openLogFile(path: string): DestinationStream {
  return pino.destination(path);
}
