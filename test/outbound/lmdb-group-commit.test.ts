// Which writes share a transaction, and what becomes of all of them when one fails.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGroupCommit, type GroupCommit } from '../../src/outbound/lmdb-group-commit.ts';

let folder = '';
let root: RootDatabase;
let table: Database<number, string>;
let commits: GroupCommit;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-group-commit-'));
  root = open({ path: join(folder, 'test.mdb'), noSubdir: true });
  table = root.openDB({ name: 'table', encoding: 'json' });
  commits = createGroupCommit(root);
});

afterEach(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

it('runs the writes of one turn in one transaction, and later ones in another', async () => {
  const transaction = () =>
    commits.write(() => {
      // A transaction that changes nothing leaves its number to the next one.
      table.putSync('key', (table.get('key') ?? 0) + 1);
      return root.getWriteTxnId();
    });
  const [first, second] = await Promise.all([transaction(), transaction()]);
  expect(second).toBe(first);
  expect(await transaction()).toBeGreaterThan(first);
});

it('runs them in order, and gives each caller the result of its own', async () => {
  const increment = () =>
    commits.write(() => {
      const next = (table.get('count') ?? 0) + 1;
      table.putSync('count', next);
      return next;
    });
  expect(await Promise.all([increment(), increment(), increment()])).toEqual([1, 2, 3]);
  expect(table.get('count')).toBe(3);
});

it('keeps nothing of a group in which one change throws, and goes on with the next', async () => {
  const broken = new Error('broken');
  const put = (key: string) => commits.write(() => table.putSync(key, 1));
  const throwing = commits.write(() => {
    table.putSync('own', 1);
    throw broken;
  });
  const group = [put('before'), throwing, put('after')];
  const rejected = { status: 'rejected', reason: broken };
  expect(await Promise.allSettled(group)).toEqual([rejected, rejected, rejected]);
  expect([...table.getKeys()]).toEqual([]);

  await put('next');
  expect([...table.getKeys()]).toEqual(['next']);
});

it('commits at once when it is told to, and only once', async () => {
  let runs = 0;
  const written = commits.write(() => {
    runs += 1;
    table.putSync('key', 1);
  });
  expect(table.get('key')).toBeUndefined();
  commits.commitNow();
  expect(table.get('key')).toBe(1);
  await written;
  // The end of the turn, for which the commit was planned, has passed with the next group's.
  await commits.write(() => {});
  expect(runs).toBe(1);
});

it('lets a change that can wait go along with the next write, in order', async () => {
  const waiting = commits.writeLater(() => {
    table.putSync('key', 1);
    return root.getWriteTxnId();
  });
  // A turn of its own would have been over by now.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(table.get('key')).toBeUndefined();
  const written = commits.write(() => {
    table.putSync('key', (table.get('key') ?? 0) + 1);
    return root.getWriteTxnId();
  });
  expect(await waiting).toBe(await written);
  expect(table.get('key')).toBe(2);
});

it('commits a change that can wait by itself when nothing comes', async () => {
  const patient = createGroupCommit(root, { maxDelayMs: 5 });
  await patient.writeLater(() => table.putSync('key', 1));
  expect(table.get('key')).toBe(1);
});

it('commits a change that can wait with the rest when it is told to', async () => {
  const waiting = commits.writeLater(() => table.putSync('key', 1));
  commits.commitNow();
  await waiting;
  expect(table.get('key')).toBe(1);
});
