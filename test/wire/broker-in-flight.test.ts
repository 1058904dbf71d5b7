// What a message leaves behind when its wait is over: nothing.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Confirm, createInFlight } from '../../src/wire/broker-in-flight.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const inFlight = createInFlight({ maxInFlight: 10, maxInFlightBytes: 100 });
  const confirms: Confirm[] = [];
  /** Resolves with what the sender is told. */
  const send = (bytes: number) =>
    inFlight
      .send({ bytes, deadlineMs: 1_000 }, (_id, confirm) => void confirms.push(confirm))
      .then(() => 'sent', String);
  return { inFlight, confirms, send };
}

describe('a message in flight', () => {
  it.each([
    ['confirmed', null],
    ['refused', new Error('nack')],
  ])('gives its bytes back and lets its deadline go once it is %s', async (_how, error) => {
    const { inFlight, confirms, send } = setUp();
    const told = send(100);
    expect([inFlight.isFull(1), vi.getTimerCount()]).toEqual([true, 1]);
    confirms[0]?.(error);
    await told;
    expect([inFlight.isFull(100), vi.getTimerCount()]).toEqual([false, 0]);
  });

  it('has no place when its channel is closed already, and its sender is told', async () => {
    const { inFlight } = setUp();
    const sent = inFlight.send({ bytes: 100, deadlineMs: 1_000 }, () => {
      throw new Error('Channel closed');
    });
    await expect(sent).rejects.toMatchObject({ code: 'unavailable' });
    expect([inFlight.isFull(100), vi.getTimerCount()]).toEqual([false, 0]);
    expect(inFlight.oldestSentAtMs()).toBeNull();
  });

  it('is as old as the eldest of those without a confirm, late ones as well', async () => {
    const { inFlight, confirms, send } = setUp();
    const sentAtMs: number[] = [];
    const told: Promise<string>[] = [];
    for (let n = 0; n < 3; n += 1) {
      sentAtMs.push(performance.now());
      told.push(send(1));
      vi.advanceTimersByTime(400);
    }
    expect(await told[0]).toContain('No confirm within 1000 ms');
    expect(inFlight.oldestSentAtMs()).toBe(sentAtMs[0]);
    confirms[0]?.(null);
    expect(inFlight.oldestSentAtMs()).toBe(sentAtMs[1]);
  });
});
