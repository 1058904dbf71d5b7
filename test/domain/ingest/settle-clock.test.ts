import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settleClock } from '../../../src/domain/ingest/settle-clock.ts';
import type { Observation } from '../../../src/domain/observation.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  let isKnown = false;
  let connect: () => void = () => {};
  const observed: Observation[] = [];
  const settling = settleClock({
    clock: { isKnown: () => isKnown },
    whenConnected: (signal) =>
      new Promise((resolve, reject) => {
        connect = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    patienceMs: 3_000,
    observe: (observation) => observed.push(observation),
  });
  const hear = () => {
    isKnown = true;
  };
  return { ...settling, hear, connect: () => connect(), observed };
}

describe('a clock that settles', () => {
  it('is settled with the first word, which is nothing to tell of', async () => {
    const { connect, hear, isSettled, observed } = open();
    connect();
    expect(isSettled()).toBe(false);
    hear();
    expect(isSettled()).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(observed).toEqual([]);
  });

  it('is settled without one when patience is over, counted from the connection', async () => {
    const { connect, isSettled, observed } = open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isSettled()).toBe(false);
    connect();
    await vi.advanceTimersByTimeAsync(2_999);
    expect(isSettled()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isSettled()).toBe(true);
    expect(observed).toEqual([{ kind: 'clock_unheard', waitedMs: 3_000 }]);
  });

  it('can be stopped before there is a connection, and after', async () => {
    const before = open();
    await before.stop();
    const after = open();
    after.connect();
    await after.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...before.observed, ...after.observed]).toEqual([]);
  });
});
