// What somebody reads who gives two processes one directory.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockDirectory } from '../../src/main/directory-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'beforehand-directory-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('says who uses the directory and how to give this process another one, until it is free', async () => {
  const directory = join(folder, 'data');
  const setting = 'BEFOREHAND_DATA_DIR';
  const unlock = lockDirectory(directory, { lockName: 'solo.lock', setting });
  expect(readdirSync(directory)).toEqual(['solo.lock']);
  expect(() => lockDirectory(directory, { lockName: 'solo.lock', setting })).toThrow(
    `${directory} is in use by process ${process.pid}. Stop it, or set ${setting} to another directory.`,
  );
  await unlock();
  await lockDirectory(directory, { lockName: 'solo.lock', setting })();
});
