// `npm run -s token`, as a script sees it.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCredentials } from '../../src/main/credentials.ts';

const run = promisify(execFile);
const entry = join(import.meta.dirname, '..', '..', 'src', 'main', 'token.ts');
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'beforehand-token-'));
  await openCredentials(dataDir);
});

afterAll(() => rm(dataDir, { recursive: true }));

function token(...args: string[]) {
  return tokenIn(dataDir, args);
}

function tokenIn(directory: string, args: readonly string[]) {
  const env = { ...process.env, BEFOREHAND_DATA_DIR: directory };
  return run(process.execPath, ['--import', 'tsx', entry, ...args], { env });
}

it('prints a token and nothing else', async () => {
  const { stdout, stderr } = await token('alice', '--ttl-s', '120');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { sub, exp, iat } = decodeJwt(stdout.trim());
  expect({ sub, ttlS: (exp as number) - (iat as number) }).toEqual({ sub: 'alice', ttlS: 120 });
});

it.each<[string[], string]>([
  [[], 'Usage:'],
  [['alice', 'bob'], 'Usage:'],
  [['.alice'], 'is not a user'],
  [['me'], 'is not a user'],
  [['alice', '--ttl', '60'], 'Unknown option --ttl.\n\nUsage:'],
  [['alice', '--ttl-s', '0'], '--ttl-s must be a whole number'],
])('says on stderr what is wrong with %j', async (args, problem) => {
  await expect(token(...args)).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(problem),
  });
});

it('makes no installation where there is none', async () => {
  const nowhere = join(dataDir, 'nowhere');
  await expect(tokenIn(nowhere, ['alice'])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `There is no installation in ${nowhere}. Run npm start or npm run stack -- up first, or set BEFOREHAND_DATA_DIR.\n`,
  });
  expect(existsSync(nowhere)).toBe(false);
});

it('explains itself when asked', async () => {
  expect((await token('--help')).stdout).toContain('Usage:');
});
