// Changing the producers' keys file: what of the old file the new one must have.

import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { editKeysFile, readKeysFile } from '../../src/outbound/file-keys-edit.ts';
import { newProducerKey } from '../../src/outbound/file-keys-format.ts';

const { entry } = newProducerKey({ id: 'a', sources: ['*'], types: ['*'], scopes: ['publish'] });

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-keys-edit-'));
  file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ keys: [] }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const add = (path = file) => editKeysFile(path, (_, entries) => [...entries, entry]);

it('keeps its mode, whatever the umask forbids', () => {
  chmodSync(file, 0o664);
  const before = process.umask(0o077);
  try {
    add();
  } finally {
    process.umask(before);
  }
  expect(statSync(file).mode & 0o777).toBe(0o664);
  expect([...readKeysFile(file).keys()]).toEqual(['a']);
});

it('keeps its owner and group', ({ skip }) => {
  if (process.getuid?.() !== 0) skip('only root gives files to others');
  chownSync(file, 1234, 2345);
  add();
  expect(statSync(file)).toMatchObject({ uid: 1234, gid: 2345 });
});

it('replaces what a link leads to, and not the link', () => {
  const link = join(folder, 'link.json');
  symlinkSync(file, link);
  add(link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect([...readKeysFile(file).keys()]).toEqual(['a']);
  expect(readdirSync(folder).sort()).toEqual(['keys.json', 'link.json']);
});
