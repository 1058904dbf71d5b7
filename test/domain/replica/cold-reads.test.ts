// Cold reads at the replica: what is asked for, how often, and how long it counts as pending.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ContentRequest, nameContentRequest } from '../../../src/domain/content-request.ts';
import { Failure } from '../../../src/domain/errors.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import { createColdReads } from '../../../src/domain/replica/cold-reads.ts';
import { digestOf } from '../../../src/wire/digest.ts';
import { ticketOf } from '../../../src/wire/ticket.ts';

const naming = { ticketOf, digestOf };
const pendingMs = 5_000;
const askAgainMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 21, 10, 30);

let nowMs = startMs;
let sent: ContentRequest[] = [];
let observed: Observation[] = [];
let failure: Error | null = null;
/** Users whose answer to "pending?" was said to be another one. */
let changed: string[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  changed = [];
  nowMs = startMs;
  sent = [];
  observed = [];
  failure = null;
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(ms: number): void {
  nowMs += ms;
  vi.advanceTimersByTime(ms);
}

/** What node-cache does, on the clock of the test and without its bound. */
function askedByTestClock() {
  const untilMs = new Map<string, number>();
  return {
    has: (key: string) => (untilMs.get(key) ?? 0) > nowMs,
    add: (key: string, ttlMs: number) => void untilMs.set(key, nowMs + ttlMs),
  };
}

function open(ratePerS = 50, asked = askedByTestClock()) {
  return createColdReads({
    canRequest: new Set(['offers', 'books']),
    async send(request) {
      sent.push(request);
      if (failure !== null) throw failure;
    },
    ...{ asked, naming, ratePerS, pendingMs, askAgainMs, nowMs: () => nowMs },
    onChange: (user) => changed.push(user),
    observe: (observation) => observed.push(observation),
  });
}

const nothingIn = (...slots: string[]) => slots.map((slot) => ({ slot, basis: 0 }));
const alice: ContentRequest = { user: 'alice', slot: 'offers', basis: 0 };

describe('a cold read', () => {
  it('asks for every slot that a generator fills on request, and for no other', () => {
    const coldReads = open();
    coldReads.ask('alice', [{ slot: 'offers', basis: 7 }, ...nothingIn('static', 'books')]);
    expect(sent).toEqual([
      { user: 'alice', slot: 'offers', basis: 7 },
      { user: 'alice', slot: 'books', basis: 0 },
    ]);
    expect(['offers', 'static', 'books'].map((slot) => coldReads.isPending('alice', slot))).toEqual(
      [true, false, true],
    );
    expect([coldReads.isPending('alice'), coldReads.isPending('bob')]).toEqual([true, false]);
  });

  it('asks for the same once in an hour, and at once when the slot has changed', () => {
    const coldReads = open();
    const ask = (basis: number) => coldReads.ask('alice', [{ slot: 'offers', basis }]);
    for (const laterMs of [0, 10_000, askAgainMs - 10_001]) {
      pass(laterMs);
      ask(0);
    }
    expect(sent).toHaveLength(1);
    ask(7);
    expect(sent.map(({ basis }) => basis)).toEqual([0, 7]);
    pass(1 + pendingMs);
    ask(0);
    expect(sent.map(({ basis }) => basis)).toEqual([0, 7, 0]);
  });

  it('is pending for at most five seconds', () => {
    const coldReads = open();
    coldReads.ask('alice', nothingIn('offers'));
    expect(changed).toEqual(['alice']);
    pass(pendingMs - 1);
    expect(coldReads.isPending('alice', 'offers')).toBe(true);
    pass(1);
    expect(coldReads.isPending('alice', 'offers')).toBe(false);
    expect(changed).toEqual(['alice', 'alice']);
    coldReads.ask('alice', nothingIn('offers'));
    expect(coldReads.isPending('alice')).toBe(false);
  });

  it('is pending no longer because the clock is set back', () => {
    const coldReads = open();
    coldReads.ask('alice', nothingIn('offers'));
    nowMs -= 3_600_000;
    vi.advanceTimersByTime(pendingMs);
    expect(coldReads.isPending('alice')).toBe(false);
  });

  it('is pending until its event is settled, whatever else is', () => {
    const coldReads = open();
    coldReads.ask('alice', nothingIn('offers', 'books'));
    const { ticket } = nameContentRequest(alice, nowMs, naming);
    coldReads.settle([{ ticket: ticketOf('/shop', 'e-1'), outcome: 'stored' }]);
    expect(coldReads.isPending('alice', 'offers')).toBe(true);
    coldReads.settle([{ ticket, outcome: 'unchanged' }]);
    expect(coldReads.isPending('alice', 'offers')).toBe(false);
    expect(coldReads.isPending('alice', 'books')).toBe(true);
  });

  it('is not pending when it could not be sent, and may be repeated after five seconds', async () => {
    const coldReads = open();
    failure = new Failure('unavailable', 'No broker.');
    coldReads.ask('alice', nothingIn('offers'));
    await expect.poll(() => coldReads.isPending('alice')).toBe(false);
    coldReads.ask('alice', nothingIn('offers'));
    expect(sent).toHaveLength(1);
    failure = null;
    pass(pendingMs);
    coldReads.ask('alice', nothingIn('offers'));
    expect(sent).toHaveLength(2);
    expect(coldReads.isPending('alice')).toBe(true);
  });

  it('tells once that nothing can be sent, and again only when something could be', async () => {
    const coldReads = open();
    const failures = () => observed.filter(({ kind }) => kind === 'content_request_failed').length;
    failure = new Failure('unavailable', 'No broker.');
    for (const user of ['a', 'b', 'c']) coldReads.ask(user, nothingIn('offers'));
    await expect.poll(() => coldReads.isPending('c')).toBe(false);
    expect(failures()).toBe(1);
    failure = null;
    coldReads.ask('d', nothingIn('offers'));
    await expect.poll(() => observed.some(({ kind }) => kind === 'content_requested')).toBe(true);
    failure = new Failure('unavailable', 'No broker.');
    coldReads.ask('e', nothingIn('offers'));
    await expect.poll(failures).toBe(2);
  });
});

describe('a flood of users whom nobody has heard of', () => {
  it('asks for no more than the rate, and leaves nobody else pending', () => {
    const coldReads = open(50);
    const users: string[] = [];
    for (let read = 0; read < 20_000; read += 1) {
      if (read % 200 === 0) pass(100);
      users.push(`flood-${read}`);
      coldReads.ask(`flood-${read}`, nothingIn('offers'));
    }
    // Ten seconds at 50 a second, and the second's worth that was there at first.
    expect(sent.length).toBeGreaterThan(500);
    expect(sent.length).toBeLessThanOrEqual(550);
    const pending = users.filter((user) => coldReads.isPending(user));
    expect(pending.length).toBeGreaterThan(200);
    expect(pending.length).toBeLessThanOrEqual(300);
  });

  it('shows generic content when over the rate, and asks at a later read', () => {
    const coldReads = open(1);
    coldReads.ask('flood', nothingIn('offers'));
    coldReads.ask('alice', nothingIn('offers'));
    expect([coldReads.isPending('alice'), sent.length]).toEqual([false, 1]);
    pass(1000);
    coldReads.ask('alice', nothingIn('offers'));
    expect(sent.at(-1)).toEqual(alice);
    expect(coldReads.isPending('alice')).toBe(true);
  });

  it('keeps to the rate when what was asked can no longer be remembered', () => {
    const coldReads = open(50, { has: () => false, add: () => undefined });
    for (let read = 0; read < 1_000; read += 1) {
      coldReads.ask('alice', [{ slot: 'offers', basis: read }]);
      pass(pendingMs);
    }
    expect(sent).toHaveLength(1_000);
    for (let read = 0; read < 1_000; read += 1) coldReads.ask(`flood-${read}`, nothingIn('offers'));
    expect(sent).toHaveLength(1_050);
  });
});
