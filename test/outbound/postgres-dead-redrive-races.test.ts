import { describe, expect, it } from 'vitest';
import { died, everything, useDeadLetters, whole } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const claim = { max: 1000, leaseMs: 0 };

const database = useDeadLetters();

describe('a redrive, beside others,', () => {
  it('sees an erasure that was committed while it waited for the lock', async () => {
    await database.store.commit([finished(anEvent({ id: 'e1', stamp: 5 }), died())]);
    const { redriving } = await database.postgres.transaction(async (sql) => {
      await sql.query('test-erase', 'update document set erased = 10', []);
      const redriving = database.letters.redrive(everything, whole);
      await expect.poll(() => database.waitingForLock()).toBe(1);
      return { redriving };
    });
    expect((await redriving).verdicts.get('erased')).toBe(1);
  });

  it('is not undone by the worker that saw the unit die', async () => {
    const event = anEvent({ id: 'e1' });
    await database.store.park({ event, name: 'offers' }, { attempts: 3, delayMs: 0, error: '' });
    await database.store.commit([finished(event, died())]);
    await database.letters.redrive(everything, whole);
    await database.store.unpark({ event, name: 'offers' });
    expect(await database.store.claimParked(claim)).toMatchObject([
      { attempts: 0, isSettled: false },
    ]);
  });

  it('is not undone by such a worker that waits for its lock', async () => {
    const event = anEvent({ id: 'e1' });
    await database.store.park({ event, name: 'offers' }, { attempts: 3, delayMs: 0, error: '' });
    await database.store.commit([finished(event, died())]);
    // Both wait for the parked row, and the redrive gets it first.
    const { redriving, unparking } = await database.postgres.transaction(async (sql) => {
      await sql.query('test-hold', 'select from parked for update', []);
      const redriving = database.letters.redrive(everything, whole);
      await expect.poll(() => database.waitingForLock()).toBe(1);
      const unparking = database.store.unpark({ event, name: 'offers' });
      await expect.poll(() => database.waitingForLock()).toBe(2);
      return { redriving, unparking };
    });
    await Promise.all([redriving, unparking]);
    expect(await database.store.claimParked(claim)).toMatchObject([
      { attempts: 0, isSettled: false },
    ]);
  });

  it('leaves dead what is dropped or forgotten meanwhile', async () => {
    await database.store.commit([finished(anEvent({ id: 'e1' }), died())]);
    const { redriving } = await database.postgres.transaction(async (sql) => {
      await sql.query('test-forget', 'delete from dead_letter', []);
      const redriving = database.letters.redrive(everything, whole);
      await expect.poll(() => database.waitingForLock()).toBe(1);
      return { redriving };
    });
    expect((await redriving).verdicts.get('redrivable')).toBe(0);
    expect(await database.query('select outcome from outcome')).toEqual([{ outcome: 'dead' }]);
    expect(await database.parked()).toEqual([]);
  });

  it('never deadlocks with commits of the same users, and loses nothing', async () => {
    const users = Array.from({ length: 10 }, (_, index) => `user${index}`);
    const events = users.flatMap((user) =>
      ['a', 'b', 'c'].map((id) => anEvent({ id: `${user}-${id}`, user, stamp: 1 })),
    );
    await database.store.commit(events.map((event) => finished(event, died())));
    let round = 0;
    let isRedriving = true;
    async function commitAll(): Promise<void> {
      while (isRedriving) {
        round += 1;
        const shuffled = users.toSorted(() => Math.random() - 0.5);
        await database.store.commit(
          shuffled.map((user) =>
            finished(
              anEvent({ id: `${user}-new${round}`, user, stamp: 1 + round }),
              content(round),
            ),
          ),
        );
      }
    }
    async function dieAgain(): Promise<void> {
      while (isRedriving) {
        const claimed = await database.store.claimParked({ max: 7, leaseMs: 60_000 });
        await database.store.commit(
          claimed.map(({ event, name }) => finished(event, died(), { name, slot: name })),
        );
        for (const unit of claimed) await database.store.unpark(unit);
      }
    }
    const working = Promise.all([commitAll(), commitAll(), dieAgain(), dieAgain()]);
    for (let turn = 0; turn < 5; turn += 1) {
      let after: readonly string[] | null = null;
      do after = (await database.letters.redrive(everything, { max: 9, after })).next;
      while (after !== null);
    }
    isRedriving = false;
    await working;
    const left = await database.query<{ id: string }>(
      'select id from dead_letter union all select id from parked',
    );
    expect(left.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
  });
});
