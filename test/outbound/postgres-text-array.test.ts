// Arrays of text go to Postgres in binary: whatever a text may be, it arrives as it is.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

async function echo(items: readonly (string | null)[]): Promise<(string | null)[]> {
  const rows = await database.postgres.query<{ item: string | null }>(
    'test-echo',
    'select item from unnest($1::text[]) with ordinality as a (item, ord) order by ord',
    [items],
  );
  return rows.map(({ item }) => item);
}

it('arrives as it is, with quotes, braces, backslashes, nulls and any script', async () => {
  const hostile = ['', '{}', '{"a":"b\\\\"}', 'NULL', ' ', ',', '\n', 'ö', '日本', '🙂', '"', "'"];
  expect(await echo(hostile)).toEqual(hostile);
  expect(await echo([])).toEqual([]);
  expect(await echo([null, 'a', null])).toEqual([null, 'a', null]);
  const text = fc.string({ unit: 'grapheme', maxLength: 50 }).filter((it) => !it.includes('\0'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text), { maxLength: 20 }), async (items) => {
      expect(await echo(items)).toEqual(items);
    }),
  );
});

it('is refused with a NUL in it, as text is', async () => {
  await expect(echo(['a\0b'])).rejects.toMatchObject({ code: 'rejected' });
});

it('leaves arrays of numbers and of nulls as they are', async () => {
  const [row] = await database.postgres.query<{ numbers: number[]; nulls: null[] }>(
    'test-numbers',
    'select $1::bigint[]::text as numbers, $2::bigint[]::text as nulls',
    [
      [1, 2],
      [null, null],
    ],
  );
  expect(row).toEqual({ numbers: '{1,2}', nulls: '{NULL,NULL}' });
});
