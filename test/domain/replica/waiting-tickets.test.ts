// Clients that wait for an event to be settled.

import { describe, expect, it } from 'vitest';
import {
  createWaitingTickets,
  type WaitLimits,
} from '../../../src/domain/replica/waiting-tickets.ts';

/** Longer than the test may take: what waits this long ends only by what is being tested. */
const longMs = 60_000;

function open(limits: Partial<Parameters<typeof createWaitingTickets>[0]> = {}) {
  const clock = { nowMs: 1_000_000 };
  const tickets = createWaitingTickets({
    nowMs: () => clock.nowMs,
    rememberMs: 120_000,
    maxRemembered: 3,
    maxWaiting: 2,
    maxWaitingPerUser: 2,
    ...limits,
  });
  type Limits = Partial<WaitLimits>;
  const { settle } = tickets;
  /** Of Alice, unless another user is given. */
  const wait = (ticket: string, limits: Limits = {}) =>
    tickets.wait(ticket, { user: 'alice', waitMs: longMs, ...limits });
  return { clock, tickets: { settle, wait } };
}

/** There are places for two: both can be had unless one that waited still holds its own. */
async function expectAllPlacesFree({ wait }: ReturnType<typeof open>['tickets']) {
  const both = [wait('other-1', { waitMs: 1 }), wait('other-2', { waitMs: 1 })];
  expect(await Promise.all(both)).toEqual([null, null]);
}

const settled = (ticket: string) => [{ ticket, outcome: 'stored' as const }];

describe('waiting for a ticket', () => {
  it('ends when its event is settled, for everybody who waits', async () => {
    const { tickets } = open();
    const both = [tickets.wait('t', { waitMs: longMs }), tickets.wait('t', { waitMs: longMs })];
    tickets.settle([{ ticket: 't', outcome: 'dead' }]);
    expect(await Promise.all(both)).toEqual(['dead', 'dead']);
    await expectAllPlacesFree(tickets);
  });

  it('ends at once when it was settled before', async () => {
    const { tickets } = open();
    tickets.settle(settled('t'));
    expect(await tickets.wait('t', { waitMs: longMs })).toBe('stored');
  });

  it('does not end for another ticket', async () => {
    const { tickets } = open();
    const waiting = tickets.wait('t', { waitMs: longMs });
    tickets.settle([{ ticket: 'other', outcome: 'dead' }]);
    tickets.settle(settled('t'));
    expect(await waiting).toBe('stored');
  });

  it('ends without an outcome when the time is up', async () => {
    const { tickets } = open();
    expect(await tickets.wait('t', { waitMs: 1 })).toBeNull();
    expect(await tickets.wait('t', { waitMs: 0 })).toBeNull();
    await expectAllPlacesFree(tickets);
  });

  it('ends when the client leaves, or has left already', async () => {
    const { tickets } = open();
    const leaving = new AbortController();
    const { signal } = leaving;
    const waiting = tickets.wait('t', { waitMs: longMs, signal });
    leaving.abort();
    expect(await waiting).toBeNull();
    expect(await tickets.wait('t', { waitMs: longMs, signal })).toBeNull();
    await expectAllPlacesFree(tickets);
  });

  it('is not granted while too many wait, and possible again when one has gone', async () => {
    const { tickets } = open({ maxWaiting: 2 });
    const leaving = new AbortController();
    const first = tickets.wait('a', { user: 'ann', signal: leaving.signal });
    const second = tickets.wait('b', { user: 'ben' });
    expect(await tickets.wait('c', { user: 'cat' })).toBeNull();
    tickets.settle(settled('known'));
    expect(await tickets.wait('known', { user: 'cat' })).toBe('stored');

    leaving.abort();
    await first;
    const third = tickets.wait('c', { user: 'cat' });
    tickets.settle([...settled('b'), ...settled('c')]);
    expect(await Promise.all([second, third])).toEqual(['stored', 'stored']);
  });

  it('is not granted to a user of whom too many wait, but to others', async () => {
    const { tickets } = open({ maxWaiting: 10, maxWaitingPerUser: 1 });
    const ofAnn = tickets.wait('t', { user: 'ann' });
    expect(await tickets.wait('t', { user: 'ann' })).toBeNull();
    const ofBen = tickets.wait('t', { user: 'ben' });
    tickets.settle(settled('t'));
    expect(await Promise.all([ofAnn, ofBen])).toEqual(['stored', 'stored']);

    const again = tickets.wait('later', { user: 'ann' });
    tickets.settle(settled('later'));
    expect(await again).toBe('stored');
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
