import { describe, expect, it } from 'vitest';
import { contentRequested } from '../../src/domain/authors.ts';
import { died, everything, useDeadLetters, whole } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const claim = { max: 1000, leaseMs: 0 };

const database = useDeadLetters();

const lettersIn = (selection = everything) =>
  database.letters.list(selection, { max: 1000, before: null });

describe('redriving dead letters', () => {
  it('makes a unit due for a first attempt, with its event as it was', async () => {
    const event = anEvent({ id: 'e1', data: { nested: ['Ü', null] } });
    await database.store.commit([finished(event, died())]);
    await database.query('update event set data = null');
    const { verdicts, next } = await database.letters.redrive(everything, whole);
    expect([[...verdicts].filter(([, count]) => count > 0), next]).toEqual([
      [['redrivable', 1]],
      null,
    ]);
    expect(await lettersIn()).toEqual([]);
    expect(await database.store.claimParked(claim)).toMatchObject([
      { event, name: 'offers', attempts: 0, alone: false, isSettled: false },
    ]);
    const [state] = await database.store.load([{ event, slots: [] }]);
    expect(state).toMatchObject({ settled: [], parked: ['offers'] });
  });

  it('makes an event again that was deleted meanwhile', async () => {
    const event = anEvent({ id: 'e1' });
    await database.store.commit([finished(event, died('crashed'))]);
    await database.query('delete from event');
    await database.letters.redrive(everything, whole);
    expect(await database.store.claimParked(claim)).toMatchObject([{ event, alone: true }]);
  });

  it('lets a unit that dies again appear again, once, under the same key', async () => {
    const event = anEvent({ id: 'e1' });
    await database.store.commit([finished(event, died())]);
    const [first] = await lettersIn();
    for (let round = 0; round < 3; round += 1) {
      await database.letters.redrive(everything, whole);
      await database.store.commit([finished(event, died('deadline'))]);
      await database.store.unpark({ event, name: 'offers' });
    }
    expect(await lettersIn()).toMatchObject([{ key: first?.key, reason: 'deadline' }]);
    expect(await database.query('select from parked')).toEqual([]);
  });

  it('leaves alone what newer events stored, and stays behind them', async () => {
    const event = anEvent({ id: 'e1', stamp: 1 });
    await database.store.commit([finished(event, died())]);
    await database.store.commit([finished(anEvent({ id: 'e2', stamp: 2 }), content('newer'))]);
    await database.letters.redrive(everything, whole);
    const { outcomes } = await database.store.commit([finished(event, content('older'))]);
    expect(outcomes).toEqual(['superseded']);
  });

  it('does not put back an id that belongs to another event', async () => {
    await database.store.commit([finished(anEvent({ id: 'e1' }), content('first'))]);
    const reuse = anEvent({ id: 'e1', data: 'other' });
    await database.store.commit([finished(reuse, content('second'))]);
    await database.store.park(
      { event: reuse, name: 'books' },
      { attempts: 1, delayMs: 0, error: '' },
    );
    const { verdicts } = await database.letters.redrive(everything, whole);
    expect(verdicts.get('id_reuse')).toBe(2);
    expect(await lettersIn()).toMatchObject([
      { reason: 'id_reuse', verdict: 'id_reuse', event: reuse },
      { reason: 'id_reuse', verdict: 'id_reuse', event: reuse },
    ]);
    expect(await database.store.claimParked(claim)).toEqual([]);
  });

  it('brings nothing of an erased user back, and lets nothing of them die', async () => {
    const requested = { type: contentRequested.type, stamp: 0 };
    const old = anEvent({ id: 'e1', stamp: 5 });
    await database.store.commit([
      finished(old, died()),
      finished(anEvent({ id: 'e2', ...requested }), died()),
      finished(anEvent({ id: 'e3', stamp: 11 }), died()),
      finished(anEvent({ id: 'e4', stamp: 5, user: 'bob' }), died()),
    ]);
    await database.query(`update document set erased = 10 where user_id = 'alice'`);
    const { verdicts } = await database.letters.redrive(everything, whole);
    expect(Object.fromEntries(verdicts)).toMatchObject({ redrivable: 2, erased: 2 });
    expect((await database.store.claimParked(claim)).map(({ event }) => event.id).sort()).toEqual([
      'e3',
      'e4',
    ]);
    await database.letters.drop(everything, whole);
    const late = await database.store.commit([finished(anEvent({ id: 'e5', stamp: 5 }), died())]);
    expect([late.outcomes, await lettersIn()]).toEqual([['erased'], []]);
  });

  it('works through more than a batch, each letter once', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `e${index}`);
    await database.store.commit(
      ids.map((id) => finished(anEvent({ id, user: `u-${id}` }), died())),
    );
    await database.store.commit([finished(anEvent({ id: 'all', user: null }), died())]);
    const batches: number[] = [];
    let after: readonly string[] | null = null;
    do {
      const { verdicts, next } = await database.letters.redrive(everything, { max: 10, after });
      batches.push(verdicts.get('redrivable') ?? 0);
      after = next;
    } while (after !== null);
    expect(batches).toEqual([10, 10, 6]);
    expect(await database.store.claimParked(claim)).toHaveLength(26);
  });
});
