// Units that died, on a real Postgres, for tests of what becomes of them.

import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ContentStore } from '../src/domain/ports.ts';
import type { DeadLetterSelection, DeadLetters } from '../src/domain/worker/dead-letters.ts';
import type { UnitResult } from '../src/domain/worker/finished-unit.ts';
import { postgresContentStore } from '../src/outbound/postgres-content-store.ts';
import { postgresDeadLetters } from '../src/outbound/postgres-dead-letters.ts';
import { anEvent, finished } from './fixtures/events.ts';
import {
  openTestDatabase,
  openTestPool,
  type TestDatabase,
  waitingForLock,
} from './postgres-database.ts';

type OpenedDeadLetters = {
  url: string;
  postgres: TestDatabase['postgres'];
  store: ContentStore;
  letters: DeadLetters;
  query<Row>(text: string): Promise<Row[]>;
  empty(): Promise<unknown>;
  /** Ids of what is dead, and of what waits for an attempt. */
  left(): Promise<string[]>;
  parked(): Promise<string[]>;
  waitingForLock(): Promise<number>;
  drop(): Promise<void>;
};

export const everything: DeadLetterSelection = {
  ...{ keys: null, reasons: null, names: null, types: null, users: null, sources: null },
  ...{ sinceMs: null, untilMs: null },
};

async function openDeadLetters(): Promise<OpenedDeadLetters> {
  const { url, urlOf, postgres, drop } = await openTestDatabase();
  // With the rights that whoever runs the command line has, and no others.
  const operator = openTestPool(await urlOf('operator'));
  // Names of statements have at most 63 characters.
  const query = <Row>(text: string) =>
    postgres.query<Row>(`${text.length} ${text.slice(0, 50)}`, text, []);
  const idsIn = async (table: string) =>
    (await query<{ id: string }>(`select id from ${table} order by id`)).map(({ id }) => id);
  return {
    ...{ url, postgres, query },
    store: postgresContentStore(postgres),
    letters: postgresDeadLetters(operator),
    empty: () =>
      query('truncate event, outcome, document, content, generic, parked, dead_letter, unsent'),
    left: () => idsIn('dead_letter'),
    parked: () => idsIn('parked'),
    waitingForLock: () => waitingForLock(postgres),
    async drop() {
      await operator.close();
      await drop();
    },
  };
}

/** To be called once in a file or a `describe`, each of whose tests then begins with none. */
export function useDeadLetters(): OpenedDeadLetters {
  const opened = {} as OpenedDeadLetters;
  beforeAll(async () => {
    Object.assign(opened, await openDeadLetters());
  });
  afterAll(() => opened.drop());
  beforeEach(() => opened.empty());
  return opened;
}

export function died(
  reason: 'threw' | 'crashed' | 'too_large' | 'deadline' = 'threw',
  error = `Error: It ${reason}.`,
): UnitResult {
  return { kind: 'dead', reason, error, attempts: 4 };
}

/** A page with room for all that a test leaves. */
export const whole = { max: 1000, after: null };

/** Of two users and of everyone, for two reasons; one error has what would steer a terminal. */
export async function letThreeDie({ store }: Pick<OpenedDeadLetters, 'store'>): Promise<void> {
  await store.commit([
    finished(anEvent({ id: 'e1' }), died('threw', 'Error: no\n\u001b[31mprice')),
    finished(anEvent({ id: 'e2', user: 'bob' }), died('deadline'), { slot: 'books' }),
    finished(anEvent({ id: 'e3', user: null, type: 'prices.changed' }), died('threw')),
  ]);
}
