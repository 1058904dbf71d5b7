// What is told of a user's slots, from a real Postgres.

import { expect, it } from 'vitest';
import { postgresHistories } from '../../src/outbound/postgres-histories.ts';
import { useDeadLetters } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const database = useDeadLetters();

it('tells of each slot which unit made it, where that can be known', async () => {
  const event = anEvent({ id: 'e1' });
  const unitNames = ['books', 'latest-music', 'offers'];
  await database.store.commit([
    finished(event, content('o'), { slot: 'offers', unitNames }),
    finished(event, content('b'), { slot: 'books', unitNames }),
    finished(event, content('m'), { slot: 'music', name: 'latest-music', unitNames }),
  ]);
  const history = await postgresHistories(database.postgres).document(event.user ?? '');
  expect(history?.slots.map(({ slot, made }) => [slot, made?.by])).toEqual([
    ['books', ['books']],
    ['music', unitNames],
    ['offers', ['offers']],
  ]);
});
