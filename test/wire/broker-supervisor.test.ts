// How long the supervisor of a connection or channel waits between its attempts.

import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Session, supervise } from '../../src/wire/broker-supervisor.ts';

const pauses: number[] = [];

const sleep = vi.hoisted(() => vi.fn());

vi.mock('node:timers/promises', () => ({ setTimeout: sleep }));
beforeEach(() => {
  sleep.mockImplementation(async (ms: number) => void pauses.push(ms));
});
afterEach(() => {
  pauses.length = 0;
  vi.restoreAllMocks();
});

/** Attempts that all fail, until there were `count` of them. */
async function failOften(count: number): Promise<void> {
  let attempts = 0;
  await new Promise<void>((resolve) => {
    const supervised = supervise<string>({
      open: () => Promise.reject(new Error('no')),
      onLost: () => {
        attempts += 1;
        if (attempts === count) void supervised.close().then(resolve);
      },
      maxPauseMs: 1_000,
    });
  });
}

it('waits up to twice as long after each failure, up to a bound', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  await failOften(7);
  expect(pauses.slice(0, 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

it('waits any part of that time, so that many do not return at once', async () => {
  const chances = [0, 0.25, 0.5, 1];
  vi.spyOn(Math, 'random').mockImplementation(() => chances.shift() ?? 0);
  await failOften(5);
  expect(pauses.slice(0, 4)).toEqual([0, 50, 200, 800]);
});

it('begins with short pauses again after something that was open for long', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const lastedMs = [0, 0, 5_001, 0, 4_999, 0];
  await new Promise<void>((resolve) => {
    const supervised = supervise<string>({
      async open() {
        nowMs += lastedMs.shift() ?? 0;
        return { value: 'open', ended: Promise.resolve('over'), close: async () => {} };
      },
      onLost: () => void (lastedMs.length === 0 && supervised.close().then(resolve)),
      maxPauseMs: 1_000,
    });
  });
  expect(pauses.slice(0, 5)).toEqual([100, 200, 100, 200, 400]);
});

it('leaves no listener behind, however often it tries', async () => {
  const listeners: number[] = [];
  await new Promise<void>((resolve) => {
    const supervised = supervise<string>({
      open(signal) {
        listeners.push(getEventListeners(signal, 'abort').length);
        return Promise.reject(new Error('no'));
      },
      onLost: () => void (listeners.length === 5 && supervised.close().then(resolve)),
      maxPauseMs: 1,
    });
  });
  expect(new Set(listeners).size).toBe(1);
});

it('is waited for no longer than the caller wants', async () => {
  const supervised = supervise<string>({
    open: () => new Promise(() => {}),
    onLost: () => {},
    maxPauseMs: 1,
  });
  await expect(supervised.whenOpen(AbortSignal.abort())).rejects.toThrow();
  await supervised.close();
});

/** Something whose opening ends when the test says so. */
function openedByHand() {
  let finish = (_session: Session<string>) => {};
  const opening = new Promise<Session<string>>((resolve) => {
    finish = resolve;
  });
  const supervised = supervise<string>({
    open: () => opening,
    onLost: () => {},
    maxPauseMs: 1,
  });
  return { supervised, finish };
}

it('closes what is just opening before it says that it is closed', async () => {
  sleep.mockImplementation(() => new Promise(() => {}));
  const { supervised, finish } = openedByHand();
  const steps: string[] = [];
  const closed = supervised.close().then(() => steps.push('closed'));
  await new Promise(setImmediate);
  const close = async () => void steps.push('closes the session');
  finish({ value: 'late', ended: new Promise(() => {}), close });
  await closed;
  expect(steps).toEqual(['closes the session', 'closed']);
});

it('waits for it a while only, and closes it when it opens later', async () => {
  const { supervised, finish } = openedByHand();
  await supervised.close();
  const close = vi.fn(async () => {});
  finish({ value: 'late', ended: new Promise(() => {}), close });
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
});

it.each([0, 1, 2, 3, 4, 5])('closes what opened %i steps before it was told to', async (steps) => {
  const { supervised, finish } = openedByHand();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const close = vi.fn(async () => end());
  finish({ value: 'just open', ended, close });
  for (let step = 0; step < steps; step += 1) await null;
  await supervised.close();
  expect(close).toHaveBeenCalled();
});
