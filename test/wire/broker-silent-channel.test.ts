// When a channel is silent for too long, by a clock that is not real.

import type { Channel } from 'amqplib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endWhenSilent } from '../../src/wire/broker-silent-channel.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const patienceMs = 1_000;

/** A channel that was opened just now, and a broker that confirms nothing. */
function watchedChannel(sentAtMs: number | null) {
  const broker = { oldestSentAtMs: sentAtMs, isBlocked: false };
  const close = vi.fn(async () => {});
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  endWhenSilent(
    { value: {} as Channel, ended, close },
    {
      oldestSentAtMs: () => broker.oldestSentAtMs,
      isBlocked: () => broker.isBlocked,
      patienceMs,
    },
  );
  return { broker, close, end };
}

it('is patient from when the message was sent, and not while there is none', async () => {
  const { broker, close } = watchedChannel(null);
  vi.advanceTimersByTime(10 * patienceMs);
  broker.oldestSentAtMs = performance.now();
  vi.advanceTimersByTime(patienceMs - 1);
  expect(close).not.toHaveBeenCalled();
  vi.advanceTimersByTime(patienceMs);
  expect(close).toHaveBeenCalledWith('A message was not confirmed within 1000 ms.');
});

it('does not charge a channel for what was sent on the one before it', async () => {
  const { close } = watchedChannel(performance.now() - 10 * patienceMs);
  vi.advanceTimersByTime(patienceMs - 1);
  expect(close).not.toHaveBeenCalled();
  vi.advanceTimersByTime(patienceMs);
  expect(close).toHaveBeenCalled();
});

it('is as patient again once an alarm is over', async () => {
  const { broker, close } = watchedChannel(performance.now());
  broker.isBlocked = true;
  vi.advanceTimersByTime(10 * patienceMs);
  broker.isBlocked = false;
  vi.advanceTimersByTime(patienceMs - 1);
  expect(close).not.toHaveBeenCalled();
  vi.advanceTimersByTime(patienceMs);
  expect(close).toHaveBeenCalled();
});

it('looks no more at a channel that has ended', async () => {
  const { end } = watchedChannel(null);
  expect(vi.getTimerCount()).toBe(1);
  end();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0));
});
