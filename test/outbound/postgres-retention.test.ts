// What retention forgets, and what it must not.

import { beforeEach, describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { KeptThing } from '../../src/domain/worker/retention.ts';
import { postgresRetention } from '../../src/outbound/postgres-retention.ts';
import { died, everything, useDeadLetters, whole } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const database = useDeadLetters();
const dayMs = 86_400_000;

/** Accepted so many days ago. */
function old(id: string, days: number, given: Partial<AcceptedEvent> = {}): AcceptedEvent {
  return anEvent({ id, acceptedAtMs: Date.now() - days * dayMs, ...given });
}

async function forget(thing: KeptThing, days: number): Promise<number> {
  const batch = { olderThanMs: days * dayMs, max: 100, after: null };
  return (await postgresRetention(database.postgres).forget(thing, batch)).forgotten;
}

const ids = async (query: string) =>
  (await database.query<{ id: string }>(`${query} order by id`)).map(({ id }) => id);
const settledAgo = (days: number) =>
  database.postgres.query(
    'settled',
    `update outcome set settled_at = now() - $1 * interval '1 day'`,
    [days],
  );

describe('data of events', () => {
  beforeEach(() =>
    database.store.commit([
      finished(old('over', 2), content(1)),
      finished(old('young', 0.9), content(2), { slot: 'books' }),
    ]),
  );

  it('goes when it is over, and the event stays', async () => {
    expect(await forget('event_data', 1)).toBe(1);
    expect(await ids('select id from event where data is null')).toEqual(['over']);
    expect(await ids('select id from event')).toEqual(['over', 'young']);
    expect(await forget('event_data', 1)).toBe(0);
  });

  it('stays while a unit is parked, and comes back for one that is parked later', async () => {
    const parking = { attempts: 1, delayMs: 0, error: '' };
    await database.store.park({ event: old('waits', 2), name: 'offers' }, parking);
    await forget('event_data', 1);
    await database.store.park({ event: old('over', 2), name: 'books' }, parking);
    const claimed = await database.store.claimParked({ max: 9, leaseMs: 0 });
    expect(claimed.map(({ event }) => JSON.stringify(event.data)).sort()).toEqual([
      '{"of":"over"}',
      '{"of":"waits"}',
    ]);
  });

  it('of an erased user does not come back', async () => {
    await forget('event_data', 1);
    await database.query('update document set erased = 5000');
    const parking = { attempts: 1, delayMs: 0, error: '' };
    await database.store.park({ event: old('over', 2), name: 'books' }, parking);
    expect(await ids('select id from event where data is null')).toEqual(['over']);
  });

  it('is looked at in batches that go on where the one before ended', async () => {
    const retention = postgresRetention(database.postgres);
    const batch = { olderThanMs: 0, max: 1 };
    const first = await retention.forget('event_data', { ...batch, after: null });
    const second = await retention.forget('event_data', { ...batch, after: first.next });
    const third = await retention.forget('event_data', { ...batch, after: second.next });
    expect([first.looked, second.looked, third.looked]).toEqual([1, 1, 0]);
    expect(await ids('select id from event where data is not null')).toEqual([]);
  });
});

describe('events', () => {
  const parking = { attempts: 1, delayMs: 0, error: '' };

  async function forgetEvents(): Promise<string[]> {
    await forget('event_data', 1);
    await forget('events', 7);
    return ids('select id from event');
  }

  it('go with all their outcomes, a week after the last of them', async () => {
    await database.store.commit([finished(old('over', 8), content(1))]);
    expect(await forgetEvents()).toEqual(['over']);
    await settledAgo(6.9);
    expect(await forgetEvents()).toEqual(['over']);
    await settledAgo(7.1);
    await database.store.commit([finished(old('over', 8), content(1), { slot: 'books' })]);
    expect(await forgetEvents()).toEqual(['over']);
    await settledAgo(7.1);
    expect(await forgetEvents()).toEqual([]);
    expect(await ids('select id from outcome')).toEqual([]);
    expect((await database.store.readDocuments(['alice']))[0]?.slots).toHaveLength(2);
  });

  it('stay while a unit is parked', async () => {
    await database.store.park({ event: old('waits', 8), name: 'offers' }, parking);
    await database.store.commit([finished(old('waits', 8), content(1), { slot: 'books' })]);
    await settledAgo(8);
    expect(await forgetEvents()).toEqual(['waits']);
    const [claimed] = await database.store.claimParked({ max: 9, leaseMs: 0 });
    expect(claimed?.event.data).toEqual({ of: 'waits' });
    await database.query('update event set data = null');
    expect(await forgetEvents()).toEqual(['waits']);
  });

  it('stay while a dead letter of theirs can be put back, and go with the letter', async () => {
    await database.store.commit([finished(old('dead', 8), died())]);
    await settledAgo(8);
    expect(await forgetEvents()).toEqual(['dead']);
    await database.query(`update dead_letter set died_at = now() - interval '8 days'`);
    expect(await forget('dead_letters', 30)).toBe(0);
    expect(await forget('dead_letters', 7)).toBe(1);
    expect(await forgetEvents()).toEqual([]);
  });

  it('are not kept by a letter of another event with the same id', async () => {
    await database.store.commit([finished(old('e', 8), content(1))]);
    await database.store.commit([finished(old('e', 8, { digest: 'other' }), content(1))]);
    await settledAgo(8);
    expect(await database.left()).toEqual(['e']);
    expect(await forgetEvents()).toEqual([]);
  });

  it('are put back whole with a letter after their data was forgotten', async () => {
    await database.store.commit([finished(old('dead', 8), died())]);
    await settledAgo(8);
    await forgetEvents();
    await database.letters.redrive(everything, whole);
    const [claimed] = await database.store.claimParked({ max: 9, leaseMs: 0 });
    expect(claimed?.event.data).toEqual({ of: 'dead' });
  });
});

it('forgets receipts of replicas that were retired, and then those', async () => {
  await database.query(`insert into replica (instance, region, first_seen_at, last_seen_at, retired_at)
    values ('eu-1', 'eu', now(), now(), null), ('eu-2', 'eu', now(), now(), now() - interval '40 days')`);
  await database.query(`insert into receipt (user_id, instance, version, positioned_at)
    select 'alice', unnest(array['eu-1', 'eu-2']), 1, now()`);
  expect(await forget('receipts', 30)).toBe(1);
  expect(await forget('receipts', 30)).toBe(0);
  expect(await ids('select instance as id from receipt')).toEqual(['eu-1']);
  expect(await ids('select instance as id from replica')).toEqual(['eu-1']);
  await database.query('truncate receipt, replica');
});
