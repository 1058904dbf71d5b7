// Running a settled event once more on a real Postgres: what yields, what stays, and what cannot.

import { describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { EventHistory } from '../../src/domain/worker/history.ts';
import { postgresHistories } from '../../src/outbound/postgres-histories.ts';
import { postgresReplay } from '../../src/outbound/postgres-replay.ts';
import { digestOf } from '../../src/wire/digest.ts';
import { died, useDeadLetters } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const database = useDeadLetters();

const replay = async (ticket: string, names: readonly string[]) => {
  const [event] = await postgresHistories(database.postgres).events([ticket]);
  // Each fills the slot of its own name.
  const units = names.map((name) => ({ name, slot: name }));
  return postgresReplay(database.postgres, digestOf).replay(event as EventHistory, units);
};

const store = (event: AcceptedEvent, value: unknown, slot = 'offers') =>
  database.store.commit([finished(event, content(value), { slot })]);

const shown = async (table = 'content') => {
  const rows = await database.query<{ slot: string; stamp: number; content: string }>(
    `select slot, stamp, content from ${table} order by slot`,
  );
  return rows.map((row) => `${row.slot} ${row.stamp} ${row.content}`);
};

const versionOf = async (user: string) => {
  const rows = await database.query<{ version: number }>(
    `select version from document where user_id = '${user}'`,
  );
  return rows[0]?.version ?? 0;
};

describe('a replayed unit', () => {
  const event = anEvent({ id: 'e1' });

  it('waits for an attempt without an outcome, and what it makes replaces what it made', async () => {
    await store(event, 'wrong');
    const before = await versionOf('alice');
    expect(await replay('ticket-e1', ['offers'])).toEqual({ replayed: ['offers'] });
    // Until then it is still shown, in a new version that goes to every region.
    expect(await shown()).toEqual(['offers 999 "wrong"']);
    expect(await versionOf('alice')).toBeGreaterThan(before);
    const unsent = await database.store.claimUnsent({ max: 10, leaseMs: 1_000 });
    expect(unsent).toMatchObject({ users: ['alice'], slots: [] });
    const [parked] = await database.store.claimParked({ max: 10, leaseMs: 1_000 });
    expect(parked).toMatchObject({ event, name: 'offers', attempts: 0, isSettled: false });
    const [committed] = (await store(event, 'right')).outcomes;
    expect(committed).toBe('stored');
    expect(await shown()).toEqual(['offers 1000 "right"']);
  });

  it('replaces nothing that a newer event made', async () => {
    await store(event, 'old');
    await store(anEvent({ id: 'e2', stamp: 2000 }), 'newer');
    await replay('ticket-e1', ['offers']);
    const [committed] = (await store(event, 'old again')).outcomes;
    expect(committed).toBe('superseded');
    expect(await shown()).toEqual(['offers 2000 "newer"']);
  });

  it('leaves the other units of its event, and what is dead, as they are', async () => {
    const unitNames = ['books', 'music', 'offers'];
    await database.store.commit([
      finished(event, content('o'), { slot: 'offers', unitNames }),
      finished(event, content('b'), { slot: 'books', unitNames }),
      finished(event, died(), { slot: 'music', unitNames }),
    ]);
    expect(await replay('ticket-e1', ['offers', 'music'])).toEqual({ replayed: ['offers'] });
    const rows = await database.query<{ name: string }>('select name from outcome order by name');
    expect(rows.map(({ name }) => name)).toEqual(['books', 'music']);
    expect([await database.parked(), await database.left()]).toEqual([['e1'], ['e1']]);
    expect(await shown()).toEqual(['books 1000 "b"', 'offers 999 "o"']);
  });

  it('is not lost to a worker that waits to unpark what it had settled', async () => {
    await database.store.park({ event, name: 'offers' }, { attempts: 1, delayMs: 0, error: '' });
    await store(event, 'wrong');
    const { replaying, unparking } = await database.postgres.transaction(async (sql) => {
      await sql.query('test-hold', 'select from parked for update', []);
      const replaying = replay('ticket-e1', ['offers']);
      await expect.poll(() => database.waitingForLock()).toBe(1);
      const unparking = database.store.unpark({ event, name: 'offers' });
      await expect.poll(() => database.waitingForLock()).toBe(2);
      return { replaying, unparking };
    });
    await Promise.all([replaying, unparking]);
    expect(await database.store.claimParked({ max: 10, leaseMs: 0 })).toMatchObject([
      { name: 'offers', attempts: 0, isSettled: false },
    ]);
  });

  it('may be about everyone', async () => {
    await store(anEvent({ id: 'e1', user: null }), 'wrong');
    expect(await replay('ticket-e1', ['offers'])).toEqual({ replayed: ['offers'] });
    expect(await shown('generic')).toEqual(['offers 999 "wrong"']);
    const unsent = await database.store.claimUnsent({ max: 10, leaseMs: 1_000 });
    expect(unsent).toMatchObject({ users: [], slots: ['offers'] });
  });
});

describe('nothing is done', () => {
  const untouched = async () => {
    expect(await shown()).toEqual(['offers 1000 "some"']);
    expect(await database.parked()).toEqual([]);
  };

  it.each([
    ['was emptied', "update event set data = 'null'"],
    ['is gone', 'update event set data = null'],
  ])('when the data of the event %s', async (_, statement) => {
    await store(anEvent({ id: 'e1' }), 'some');
    await database.query(statement);
    expect(await replay('ticket-e1', ['offers'])).toEqual({ hindrance: 'no_data' });
    await untouched();
  });

  it('when its user was erased after it, and again when before', async () => {
    await store(anEvent({ id: 'e1' }), 'some');
    await database.query('update document set erased = 1000');
    expect(await replay('ticket-e1', ['offers'])).toEqual({ hindrance: 'erased' });
    await untouched();
    await database.query('update document set erased = 999');
    expect(await replay('ticket-e1', ['offers'])).toEqual({ replayed: ['offers'] });
  });

  it('when it stands for a read', async () => {
    const type = 'content.requested';
    const data = { slot: 'offers' };
    await store(anEvent({ id: 'e1', type, data, digest: digestOf(type, data) }), 'some');
    expect(await replay('ticket-e1', ['offers'])).toEqual({ hindrance: 'requested' });
  });
});
