// Clients that wait for an event to be settled.

import { describe, expect, it } from 'vitest';
import { createWaitingTickets } from '../../../src/domain/replica/waiting-tickets.ts';

/** Longer than the test may take: what waits this long ends only by what is being tested. */
const longMs = 60_000;

function open(limits: Partial<Parameters<typeof createWaitingTickets>[0]> = {}) {
  const clock = { nowMs: 1_000_000 };
  const tickets = createWaitingTickets({
    nowMs: () => clock.nowMs,
    rememberMs: 120_000,
    maxRemembered: 3,
    maxWaiting: 2,
    ...limits,
  });
  return { clock, tickets };
}

const settled = (ticket: string) => [{ ticket, outcome: 'stored' as const }];

describe('waiting for a ticket', () => {
  it('ends when its event is settled, for everybody who waits', async () => {
    const { tickets } = open();
    const both = [tickets.wait('t', { waitMs: longMs }), tickets.wait('t', { waitMs: longMs })];
    tickets.settle([{ ticket: 't', outcome: 'dead' }]);
    expect(await Promise.all(both)).toEqual(['dead', 'dead']);
    expect(tickets.waiting()).toBe(0);
  });

  it('ends at once when it was settled before', async () => {
    const { tickets } = open();
    tickets.settle(settled('t'));
    expect(await tickets.wait('t', { waitMs: longMs })).toBe('stored');
  });

  it('does not end for another ticket', async () => {
    const { tickets } = open();
    const waiting = tickets.wait('t', { waitMs: longMs });
    tickets.settle(settled('other'));
    expect(tickets.waiting()).toBe(1);
    tickets.settle(settled('t'));
    await waiting;
  });

  it('ends without an outcome when the time is up', async () => {
    const { tickets } = open();
    expect(await tickets.wait('t', { waitMs: 1 })).toBeNull();
    expect(await tickets.wait('t', { waitMs: 0 })).toBeNull();
    expect(tickets.waiting()).toBe(0);
  });

  it('ends when the client leaves, or has left already', async () => {
    const { tickets } = open();
    const leaving = new AbortController();
    const { signal } = leaving;
    const waiting = tickets.wait('t', { waitMs: longMs, signal });
    expect(tickets.waiting()).toBe(1);
    leaving.abort();
    expect(await waiting).toBeNull();
    expect(await tickets.wait('t', { waitMs: longMs, signal })).toBeNull();
    expect(tickets.waiting()).toBe(0);
  });

  it('is refused while too many wait, and possible again when one has gone', async () => {
    const { tickets } = open({ maxWaiting: 2 });
    const leaving = new AbortController();
    const first = tickets.wait('a', { waitMs: longMs, signal: leaving.signal });
    const second = tickets.wait('b', { waitMs: longMs });
    await expect(tickets.wait('c', { waitMs: longMs })).rejects.toMatchObject({
      code: 'unavailable',
    });
    tickets.settle(settled('known'));
    expect(await tickets.wait('known', { waitMs: longMs })).toBe('stored');

    leaving.abort();
    await first;
    const third = tickets.wait('c', { waitMs: longMs });
    tickets.settle([...settled('b'), ...settled('c')]);
    expect(await Promise.all([second, third])).toEqual(['stored', 'stored']);
  });
});

describe('what was settled', () => {
  it('is forgotten when its time is over', async () => {
    const { clock, tickets } = open({ rememberMs: 120_000 });
    tickets.settle(settled('t'));
    clock.nowMs += 120_000;
    expect(await tickets.wait('t', { waitMs: 0 })).toBe('stored');
    clock.nowMs += 1;
    expect(await tickets.wait('t', { waitMs: 0 })).toBeNull();
  });

  it('is forgotten eldest first when there is too much of it', async () => {
    const { tickets } = open({ maxRemembered: 3 });
    for (const ticket of ['a', 'b', 'a', 'c', 'd']) tickets.settle(settled(ticket));
    const known = await Promise.all(
      ['a', 'b', 'c', 'd'].map((ticket) => tickets.wait(ticket, { waitMs: 0 })),
    );
    expect(known).toEqual(['stored', null, 'stored', 'stored']);
  });
});
