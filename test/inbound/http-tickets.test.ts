// What became of an event: from Postgres through the operator's door.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/errors.ts';
import type { EventStories } from '../../src/domain/worker/event-story.ts';
import { operatorLimits } from '../../src/main/operator-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startOperator } from '../../src/main/start-operator.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { postgresEventStories } from '../../src/outbound/postgres-event-stories.ts';
import { postgresReceipts } from '../../src/outbound/postgres-receipts.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

const nobodyAsks = () => Promise.reject(new Error('Nobody asks.'));
let database: TestDatabase;
let operator: Awaited<ReturnType<typeof openOperator>>;

function storiesOf({ postgres }: TestDatabase) {
  return postgresEventStories(postgres, postgresReceipts(postgres));
}

function openOperator(stories: EventStories) {
  return startOperator({
    address: { host: '127.0.0.1', port: 0 },
    limits: readSettings(operatorLimits, {}),
    stories,
    whole: { backlog: nobodyAsks, replicas: nobodyAsks },
    observe: () => {},
  });
}

beforeAll(async () => {
  database = await openTestDatabase();
  operator = await openOperator(storiesOf(database));
});
afterAll(async () => {
  await operator.stop();
  await database.drop();
});

describe('GET /v1/tickets/{ticket}', () => {
  it('tells each unit’s outcome, attempts and last error', async () => {
    const store = postgresContentStore(database.postgres);
    const event = anEvent({ id: 'e1' });
    const unitNames = ['books', 'mail', 'offers'];
    const dead = { kind: 'dead', reason: 'threw', error: 'It broke.', attempts: 4 } as const;
    await store.commit([
      finished(event, content(1), { unitNames }),
      finished(event, dead, { slot: null, name: 'mail', unitNames }),
    ]);
    const parking = { attempts: 1, delayMs: 60_000, error: 'deadline: It was late.' };
    await store.park({ event, name: 'books' }, parking);

    const response = await fetch(`${operator.url}/v1/tickets/${event.ticket}`);
    expect(response.status).toBe(200);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(await response.json()).toEqual({
      ticket: event.ticket,
      source: '/test',
      id: 'e1',
      type: 'user.login',
      user: 'alice',
      acceptedAt: new Date(event.acceptedAtMs).toISOString(),
      units: [
        { name: 'books', state: 'waiting', settledAt: null, attempts: 1, error: parking.error },
        { name: 'mail', state: 'dead', settledAt: at, attempts: 4, error: 'It broke.' },
        { name: 'offers', state: 'stored', settledAt: at, attempts: null, error: null },
      ],
      regions: [],
    });
  });

  it('knows nothing of an event that no worker has begun', async () => {
    const response = await fetch(`${operator.url}/v1/tickets/unknown`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }]);
  });

  it('says that it cannot know while Postgres is away', async () => {
    const away = await openOperator({
      read: () => Promise.reject(new Failure('unavailable', 'Postgres: secret details')),
    });
    const response = await fetch(`${away.url}/v1/tickets/any`);
    const body = await response.text();
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(body).not.toContain('secret');
    await away.stop();
  });
});
