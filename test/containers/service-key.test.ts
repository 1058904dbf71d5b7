// The key of a service in containers: made once, good for its own events, and kept as it is.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSecrets } from '../../src/main/container-secrets.ts';
import { editKeysFile, readKeysFile } from '../../src/outbound/file-keys-edit.ts';
import { hashKey } from '../../src/outbound/file-keys-format.ts';

const directory = mkdtempSync(join(tmpdir(), 'beforehand-service-key-'));
const keysFile = join(directory, 'producers', 'producer-keys.json');
const file = join(directory, 'producer-key');

beforeAll(() => makeSecrets(directory, ['eu']));
afterAll(() => rmSync(directory, { recursive: true }));

function run(...args: string[]): string {
  const entry = ['--import', 'tsx', 'src/main/container-service-key.ts'];
  const env = { PATH: process.env.PATH, BEFOREHAND_KEYS_FILE: keysFile };
  return execFileSync(process.execPath, [...entry, ...args], {
    ...{ env, stdio: 'pipe', encoding: 'utf8' },
  });
}

const deals = ['deals', '--source=/products/deals', '--type=product.pushed', `--file=${file}`];
const entry = () => readKeysFile(keysFile).get('containers-deals');

it('makes a key that is good for the events of its service alone', () => {
  expect(run(...deals)).toBe('The key of deals is good for product.pushed from /products/deals.\n');
  expect(entry()).toEqual({
    id: 'containers-deals',
    ...{ sources: ['/products/deals'], types: ['product.pushed'], scopes: ['publish'] },
    sha256: hashKey(readFileSync(file, 'utf8')),
  });
  expect(readKeysFile(keysFile).size).toBe(2);
  expect(statSync(file).mode & 0o777).toBe(0o444);
});

it('keeps it, and brings back none that was revoked', () => {
  const key = readFileSync(file, 'utf8');
  run(...deals);
  expect(readFileSync(file, 'utf8')).toBe(key);
  const isOther = (one: object) => (one as { id: string }).id !== 'containers-deals';
  editKeysFile(keysFile, (_keys, entries) => entries.filter(isOther));
  run(...deals);
  expect(entry()).toBeUndefined();
});

it('makes another one when its file was deleted, and the one before is good for nothing', () => {
  const key = readFileSync(file, 'utf8');
  rmSync(file);
  run(...deals);
  expect(readFileSync(file, 'utf8')).not.toBe(key);
  expect(entry()?.sha256).toBe(hashKey(readFileSync(file, 'utf8')));
});

it.each([
  ['a source', deals.filter((arg) => !arg.startsWith('--source'))],
  ['a type', deals.filter((arg) => !arg.startsWith('--type'))],
  ['a file', deals.filter((arg) => !arg.startsWith('--file'))],
  ['a service', deals.slice(1)],
])('makes none without %s', (_, args) => {
  const before = readFileSync(keysFile, 'utf8');
  expect(() => run(...args)).toThrow('Usage: ');
  expect(readFileSync(keysFile, 'utf8')).toBe(before);
  expect(existsSync(`${keysFile}.new`)).toBe(false);
});
