// docs/operating.md, word for word: its commands are run in their order, and print what it says.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { normal, useSolo } from './started-solo.ts';

const run = promisify(execFile);
const page = readFileSync('docs/operating.md', 'utf8');
const solo = useSolo();

/** A command and what is below it, up to the next one. */
function commandsOf(text: string): { command: string; printed: string }[] {
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((part) => {
      const [command = '', ...lines] = part.split('\n');
      return { command, printed: lines.join('\n') };
    });
}

it('has commands at all', () => {
  expect(commandsOf(page).length).toBeGreaterThan(10);
});

const bySql = ({ command }: { command: string }) => command.startsWith('npm run -s psql ');

it('prints what it says', async () => {
  for (const step of commandsOf(page).filter((one) => !bySql(one))) {
    await compare(step);
    // Replicas gather their receipts for a moment.
    if (step.command.includes('--wait')) await expect.poll(receipts).toMatch(/eu-1,us-1/);
  }
}, 120_000);

it('prints what it says by SQL', async (context) => {
  const found = await run('psql', ['--version']).catch(() => null);
  if (found === null) return context.skip('There is no psql here.');
  const steps = commandsOf(page).filter(bySql);
  expect(steps).toHaveLength(3);
  for (const step of steps) await compare(step);
});

async function receipts(): Promise<string> {
  const { stdout } = await solo.cli(['user', 'show', 'alice', '--no-regions', '--json']);
  const { replicas, version } = JSON.parse(stdout);
  const has = replicas.filter((replica: { version: number }) => replica.version === version);
  return has.map((replica: { instance: string }) => replica.instance).join(',');
}

async function compare({ command, printed }: { command: string; printed: string }) {
  const { stdout, stderr } = await run('bash', ['-c', command], {
    env: {
      ...{ ...process.env, BEFOREHAND_DATA_DIR: solo.dataDir, BEFOREHAND_POSTGRES_URL: '' },
      HOME: solo.dataDir,
    },
  });
  expect(comparable(stdout + stderr), command).toBe(comparable(printed));
}

/** Ids, ports and codes are of one run; so are the widths of columns that hold them. */
function comparable(text: string): string {
  return normal(text)
    .replaceAll(relative(process.cwd(), solo.dataDir), '.beforehand')
    .replaceAll(solo.dataDir, '.beforehand')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d/g, 'TIME')
    .replace(/\d\d:\d\d:\d\d(\.\d+)?/g, 'SPAN')
    .replace(/^[0-9a-f]{8}\b/gm, 'ID')
    .replace(/events +\d+ in the last minute, \d+ in/, 'events N in the last minute, N in')
    .replace(/[ -]{2,}|\+/g, ' ')
    .trim();
}
