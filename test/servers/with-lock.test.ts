// Work of several at the same time, as the commands of the stack.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withLock } from '../../src/servers/with-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'beforehand-with-lock-'));
const file = join(folder, 'not-yet-there', 'lock');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('lets a second command begin when the first has ended', async () => {
  const said: string[] = [];
  let endFirst = () => {};
  const untilTold = new Promise<void>((resolve) => {
    endFirst = resolve;
  });
  const firstCommand = withLock(file, async () => {
    said.push('first begins');
    await untilTold;
    said.push('first ends');
  });
  const secondCommand = withLock(file, async () => said.push('second begins'));
  // By the time of these calls' return both have asked, and the second was refused.
  await expect.poll(() => said).toEqual(['first begins']);
  endFirst();
  await Promise.all([firstCommand, secondCommand]);
  expect(said).toEqual(['first begins', 'first ends', 'second begins']);
  expect(existsSync(file)).toBe(false);
});

it('lets the next command begin after one that failed', async () => {
  const failing = withLock(file, () => Promise.reject(new Error('It did not start.')));
  await expect(failing).rejects.toThrow('It did not start.');
  expect(await withLock(file, async () => 'up')).toBe('up');
});
