import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { Running } from '../../../src/domain/ports.ts';
import { broadcastClock } from '../../../src/domain/worker/broadcast-clock.ts';

let running: Running | undefined;
beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  const stopped = running?.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  await stopped;
  vi.useRealTimers();
});

function open(given: { read?: () => Promise<number>; broadcast?: () => void } = {}) {
  const observed: Observation[] = [];
  const sent: number[] = [];
  const heard: number[] = [];
  let clock = 0;
  running = broadcastClock({
    read: given.read ?? (async () => ++clock),
    hear: (unixMs) => heard.push(unixMs),
    broadcaster: {
      async broadcast(unixMs) {
        given.broadcast?.();
        sent.push(unixMs);
      },
    },
    observe: (observation) => observed.push(observation),
  });
  return { observed, sent, heard };
}

describe('broadcasting the clock', () => {
  it('tells each second what was read, as it was read', async () => {
    const { sent, heard, observed } = open();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(sent).toEqual([1, 2, 3]);
    expect(heard).toEqual(sent);
    expect(observed).toEqual([]);
  });

  it('says nothing of a reading that took longer than 200 ms', async () => {
    let tookMs = 201;
    const read = () => new Promise<number>((resolve) => setTimeout(() => resolve(7), tookMs));
    const { sent, observed } = open({ read });
    await vi.advanceTimersByTimeAsync(2_300);
    expect(sent).toEqual([]);
    tookMs = 199;
    await vi.advanceTimersByTimeAsync(1_300);
    expect(sent).toEqual([7]);
    expect(observed.map(({ kind }) => kind)).toEqual([
      'clock_broadcast_failed',
      'clock_broadcast_resumed',
    ]);
  });

  it('asks a database that hangs only once', async () => {
    const read = vi.fn(() => new Promise<number>(() => {}));
    open({ read });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('goes on when the broker is away, and tells of it once', async () => {
    let isAway = true;
    const { sent, heard, observed } = open({
      broadcast: () => {
        if (isAway) throw new Failure('unavailable', 'No broker.');
      },
    });
    await vi.advanceTimersByTimeAsync(500);
    expect(observed).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(heard).toHaveLength(6);
    isAway = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual([7]);
    expect(observed).toEqual([
      { kind: 'clock_broadcast_failed', error: 'Failure: No broker.' },
      { kind: 'clock_broadcast_resumed' },
    ]);
  });
});
