// What a command loads before it does anything: most of the time that it takes.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-cli-loads-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Where nothing runs, a command ends as soon as it has been loaded. */
async function packagesOf(command: string): Promise<string[]> {
  await runCli(command.split(' '), { BEFOREHAND_DATA_DIR: folder, NODE_V8_COVERAGE: folder });
  const urls = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
  const names = urls.map((url) => /.*\/node_modules\/((@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? 'ours');
  return [...new Set(names)];
}

// commander and pg are what it is done with, and tsx loads esbuild; these belong to other commands.
const heavy = ['@sinclair/typebox', 'ajv', 'amqplib', 'drizzle-orm', 'pino'];

it.each(['key list', 'dead summary', 'event show a-ticket', 'user show alice', 'region status'])(
  'loads nothing for %s that only other commands need',
  async (command) => {
    const loaded = await packagesOf(command);
    expect(loaded).toEqual(expect.arrayContaining(['ours', 'commander']));
    expect(loaded.filter((name) => heavy.includes(name))).toEqual([]);
  },
);
