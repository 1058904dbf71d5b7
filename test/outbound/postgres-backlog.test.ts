// What the operator process asks Postgres for, every few seconds.

import { describe, expect, it } from 'vitest';
import { maxCounted } from '../../src/domain/backlog.ts';
import { postgresBacklog } from '../../src/outbound/postgres-backlog.ts';
import { died, useDeadLetters } from '../dead-letters.ts';
import { anEvent, finished } from '../fixtures/events.ts';

const database = useDeadLetters();
const read = () => postgresBacklog(database.postgres)();

describe('what waits in Postgres', () => {
  it('is nothing at first', async () => {
    const nothing = { count: 0, overdueMs: 0 };
    expect(await read()).toEqual({
      ...{ parked: nothing, unsent: nothing, followUps: nothing, dead: [] },
    });
  });

  it('is counted, with how long the first of it has been due', async () => {
    await database.store.commit([
      finished(anEvent({ id: 'e1' }), died()),
      finished(anEvent({ id: 'e2' }), died()),
      finished(anEvent({ id: 'e3' }), died('too_large')),
    ]);
    await database.store.noteUnsent({ users: ['alice', 'bob'], slots: [] });
    const parking = { delayMs: 60_000, attempts: 1, error: 'e', alone: false, deliveries: 0 };
    const unit = finished(anEvent({ id: 'e4' }), died());
    await database.store.park({ event: unit.event, name: 'offers' }, parking);
    await database.query(
      `update dead_letter set died_at = now() - interval '2 hours' where id = 'e2'`,
    );
    const backlog = await read();
    expect(backlog.dead).toEqual([
      { reason: 'threw', count: 2, lastHour: 1 },
      { reason: 'too_large', count: 1, lastHour: 1 },
    ]);
    expect(backlog.parked).toEqual({ count: 1, overdueMs: 0 });
    expect(backlog.unsent.count).toBe(2);
    await database.query(`update parked set due_at = now() - interval '90 seconds'`);
    expect((await read()).parked.overdueMs).toBeGreaterThanOrEqual(90_000);
  });

  it('is counted up to a limit, so that looking costs the same whatever waits', async () => {
    await database.query(`insert into unsent (user_id, slot, due_at, claim)
      select 'u' || n, '', now(), '' from generate_series(1, ${maxCounted + 5}) n`);
    expect((await read()).unsent.count).toBe(maxCounted);
  });
});
