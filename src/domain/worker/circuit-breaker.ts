// A circuit breaker for each generator and reaction: what fails every time is called no more for a
// while. It is most likely what the author calls that is away, and each further call would cost a
// unit an attempt, and everybody else threads.

import type { Observe } from '../observation.ts';
import type { Clock } from '../ports.ts';

/** `neither`: nothing was learned of the author's code. */
export type CallEnd = 'succeeded' | 'failed' | 'neither';

export type Admission = { ended(how: CallEnd): void } | { retryInMs: number };

export type CircuitBreaker = {
  /** Whether a call may begin. */
  admit(name: string): Admission;
  /** Names whose circuit is open. */
  open(): string[];
};

/**
 * Closed: every call is admitted, and consecutive failures are counted. Open: none is. Half-open:
 * one call at a time probes, and its end opens or closes the circuit.
 */
type Circuit = {
  /** Of the newest consecutive failures; a success empties it. */
  failedAtMs: number[];
  /** `null` while closed. */
  openedAtMs: number | null;
  isProbed: boolean;
};

export function createCircuitBreaker(deps: {
  /** Consecutive failures within `windowMs` that open a circuit. */
  maxFailures: number;
  windowMs: number;
  halfOpenAfterMs: number;
  nowMs: Clock;
  observe: Observe;
}): CircuitBreaker {
  const { maxFailures, windowMs, halfOpenAfterMs, nowMs, observe } = deps;
  const circuits = new Map<string, Circuit>();

  /** 0 when it is closed or half-open, and when the clock was set back. */
  function openForMs({ openedAtMs }: Circuit): number {
    if (openedAtMs === null) return 0;
    const elapsedMs = nowMs() - openedAtMs;
    return elapsedMs < 0 ? 0 : Math.max(0, halfOpenAfterMs - elapsedMs);
  }

  function succeed(name: string, circuit: Circuit): void {
    circuit.failedAtMs = [];
    if (circuit.openedAtMs === null) return;
    circuit.openedAtMs = null;
    observe({ kind: 'circuit_closed', name });
  }

  function fail(name: string, circuit: Circuit): void {
    const now = nowMs();
    circuit.failedAtMs = [...circuit.failedAtMs, now].slice(-maxFailures);
    const [eldestMs = now] = circuit.failedAtMs;
    const areMany = circuit.failedAtMs.length === maxFailures && now - eldestMs <= windowMs;
    if (circuit.openedAtMs === null && !areMany) return;
    circuit.openedAtMs = now;
    observe({ kind: 'circuit_opened', name, halfOpenAfterMs });
  }

  return {
    admit(name) {
      const circuit = circuits.get(name) ?? { failedAtMs: [], openedAtMs: null, isProbed: false };
      circuits.set(name, circuit);
      const retryInMs = openForMs(circuit);
      if (retryInMs > 0 || circuit.isProbed) return { retryInMs };
      const isProbe = circuit.openedAtMs !== null;
      circuit.isProbed = isProbe;
      return {
        ended(how) {
          if (isProbe) circuit.isProbed = false;
          // What was begun before the circuit opened says nothing of how things are since.
          else if (circuit.openedAtMs !== null) return;
          if (how === 'succeeded') succeed(name, circuit);
          if (how === 'failed') fail(name, circuit);
        },
      };
    },

    open: () => [...circuits].filter(([, circuit]) => openForMs(circuit) > 0).map(([name]) => name),
  };
}
