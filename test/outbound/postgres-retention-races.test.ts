// Retention beside commits, parking and redrives: no unit is ever without its event, nor its data.

import { expect, it } from 'vitest';
import type { KeptThing } from '../../src/domain/worker/retention.ts';
import type { Postgres, Sql } from '../../src/outbound/postgres-pool.ts';
import { postgresRetention } from '../../src/outbound/postgres-retention.ts';
import { died, everything, useDeadLetters, whole } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const database = useDeadLetters();
const event = anEvent({ id: 'e', acceptedAtMs: Date.now() - 1_000_000 });
const parking = { attempts: 1, delayMs: 0, error: '' };

const forget = (thing: KeptThing, postgres = database.postgres) =>
  postgresRetention(postgres).forget(thing, { olderThanMs: 0, max: 100, after: null });

/** Holds up the statement of this name until it is told to go on. */
function heldBefore(name: string): { postgres: Postgres; reached: Promise<void>; goOn(): void } {
  let goOn = () => {};
  let reach = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const holding = (sql: Sql): Sql => ({
    async query(ofName, text, values) {
      if (ofName === name) {
        reach();
        await held;
      }
      return sql.query(ofName, text, values);
    },
  });
  const { postgres } = database;
  const transaction: Postgres['transaction'] = (work) =>
    postgres.transaction((sql) => work(holding(sql)));
  return { postgres: { ...postgres, transaction }, reached, goOn: () => goOn() };
}

const units = () =>
  database.query<{ name: string; has_event: boolean }>(
    `select o.name, e.id is not null as has_event
     from (select user_id, source, id, name from outcome
           union all select user_id, source, id, name from parked) o
     left join event e using (user_id, source, id) order by o.name`,
  );

async function settledAndEmptied(): Promise<void> {
  await database.store.commit([finished(event, content(1))]);
  await forget('event_data');
}

it('makes an event anew that goes while a commit waits for it', async () => {
  await settledAndEmptied();
  const held = heldBefore('forget-events');
  const forgetting = forget('events', held.postgres);
  await held.reached;
  const committing = database.store.commit([finished(event, content(2), { slot: 'books' })]);
  await expect.poll(() => database.waitingForLock()).toBe(1);
  held.goOn();
  expect((await forgetting).forgotten).toBe(1);
  expect((await committing).outcomes).toEqual(['stored']);
  expect(await units()).toEqual([{ name: 'books', has_event: true }]);
});

it('makes an event anew, with its data, that goes while a unit is being parked', async () => {
  await settledAndEmptied();
  const held = heldBefore('forget-events');
  const forgetting = forget('events', held.postgres);
  await held.reached;
  const parked = database.store.park({ event, name: 'books' }, parking);
  await expect.poll(() => database.waitingForLock()).toBe(1);
  held.goOn();
  expect((await forgetting).forgotten).toBe(1);
  await parked;
  const [claimed] = await database.store.claimParked({ max: 9, leaseMs: 0 });
  expect(claimed?.event.data).toEqual(event.data);
});

it('brings data back that goes while a unit is being parked', async () => {
  await database.store.commit([finished(event, content(1))]);
  const held = heldBefore('forget-event-data');
  const forgetting = forget('event_data', held.postgres);
  await held.reached;
  const parked = database.store.park({ event, name: 'books' }, parking);
  await expect.poll(() => database.waitingForLock()).toBe(1);
  held.goOn();
  expect((await forgetting).forgotten).toBe(1);
  await parked;
  const [claimed] = await database.store.claimParked({ max: 9, leaseMs: 0 });
  expect(claimed?.event.data).toEqual(event.data);
});

it('judges by what was committed after it looked', async () => {
  await settledAndEmptied();
  const held = heldBefore('forget-events');
  const forgetting = postgresRetention(held.postgres).forget('events', {
    ...{ olderThanMs: 500_000, max: 100, after: null },
  });
  await held.reached;
  // As if the outcome had come between the two statements: the lock keeps real commits away.
  await database.query(`update outcome set settled_at = now()`);
  held.goOn();
  expect((await forgetting).forgotten).toBe(0);
});

it('waits for nobody, and leaves what others have in hand', async () => {
  await settledAndEmptied();
  await database.postgres.transaction(async (sql) => {
    await sql.query('test-hold', 'select from event for update', []);
    expect(await forget('events')).toMatchObject({ looked: 0, forgotten: 0 });
  });
  expect((await forget('events')).forgotten).toBe(1);
});

it('never deadlocks with anybody, and leaves no unit without its event', async () => {
  const users = ['a', 'b', 'c'];
  const events = users.flatMap((user) =>
    Array.from({ length: 8 }, (_, index) =>
      anEvent({ id: `${user}${index}`, user, acceptedAtMs: Date.now() - 1_000_000 }),
    ),
  );
  let isWorking = true;
  const some = () => events.toSorted(() => Math.random() - 0.5).slice(0, 6);
  const again = async (work: () => Promise<unknown>) => {
    while (isWorking) await work();
  };
  const working = Promise.all([
    again(() => database.store.commit(some().map((it) => finished(it, content(1))))),
    again(() => database.store.commit(some().map((it) => finished(it, died(), { slot: 'books' })))),
    again(() => database.store.park({ event: some()[0] ?? event, name: 'cart' }, parking)),
    again(async () => {
      for (const { event, name } of await database.store.claimParked({ max: 5, leaseMs: 0 })) {
        expect(event.data).toEqual({ of: event.id });
        await database.store.commit([finished(event, content(2), { slot: 'cart', name })]);
        await database.store.unpark({ event, name });
      }
    }),
  ]);
  try {
    for (let round = 0; round < 40; round += 1) {
      await forget('event_data');
      await forget('events');
      if (round % 5 === 0) await database.letters.redrive(everything, whole);
      const alone = (await units()).filter(({ has_event: hasEvent }) => !hasEvent);
      expect(alone).toEqual([]);
    }
  } finally {
    isWorking = false;
    await working;
  }
});
