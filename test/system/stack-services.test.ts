// The stack with services beside it: members like the others, found by workers and by the command line.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portAnswers } from '../../src/servers/port-answers.ts';
import { runCli } from '../main/run-cli.ts';
import { createStackDriver, postLogins, readDocument } from './stack-driver.ts';

const folder = fileURLToPath(new URL('../fixtures/services', import.meta.url));
const stack = createStackDriver({ ELSEWHERE_URL: 'http://127.0.0.1:9' });
let printed = '';

const tinyUrl = () => stack.summary().services.TINY_URL as string;
const askTiny = async () =>
  (await (await fetch(tinyUrl())).json()) as { pid: number; env: { [name: string]: string } };

async function contentOf(user: string, id: string): Promise<{ pid: number; absent: null }> {
  const summary = stack.summary();
  await postLogins(summary, [{ id, user }]);
  const read = async () => (await readDocument(summary.regions.eu as string, summary, user)).body;
  await expect.poll(read, { timeout: 30_000 }).toContain(`"id":"${id}"`);
  return JSON.parse(await read()).slots.tiny.content;
}

beforeAll(async () => {
  // Of the first command alone: the stack keeps it.
  process.env.BEFOREHAND_CONFIG = join(folder, 'services-config.ts');
  printed = await stack.command('up', '--regions', 'eu');
  delete process.env.BEFOREHAND_CONFIG;
}, 180_000);

afterAll(async () => {
  await stack.command('down');
  await stack.forget();
}, 120_000);

describe('a stack with services', () => {
  it('starts those that it can, and names the others', async () => {
    expect(printed).toMatch(/service-tiny +ready/);
    // Whoever reports as soon as it runs finds an ingest.
    expect(printed.indexOf('migrations')).toBeLessThan(printed.indexOf('service-tiny'));
    expect(printed).toContain('without absent: no-such-program was not found');
    expect(printed).toContain('without broken: it exited with code 1 before it was ready');
    const status = await stack.command('status');
    expect(status).toMatch(/service-tiny +ready +\d+ +\d+/);
    expect(status).toMatch(/service-absent +absent/);
    expect(status).not.toContain('elsewhere');
  });

  it('gives each what it needs, and tells drivers where it is', async () => {
    const { pids, services, ingest, config } = stack.summary();
    const { pid, env } = await askTiny();
    expect([pids.service, config]).toEqual([[pid], join(folder, 'services-config.ts')]);
    expect(services).toEqual({ TINY_URL: tinyUrl(), ELSEWHERE_URL: 'http://127.0.0.1:9' });
    expect(env).toMatchObject({ BEFOREHAND_INGEST_URL: ingest });
    const names = Object.keys(env).filter((name) => name.startsWith('BEFOREHAND_'));
    expect(names.toSorted()).toEqual(['BEFOREHAND_INGEST_URL', 'BEFOREHAND_PRODUCER_KEY']);
  });

  it('lets workers call them, also after either was restarted', async () => {
    const { pid, env } = await askTiny();
    expect(await contentOf('alice', 'e-1')).toMatchObject({ pid, absent: null });
    await stack.command('restart', 'worker-1');
    await stack.command('restart', 'service-tiny');
    const { pid: renewed, env: after } = await askTiny();
    expect(renewed).not.toBe(pid);
    // No ingest has to hear of another key first.
    expect(after).toMatchObject({ BEFOREHAND_PRODUCER_KEY: env.BEFOREHAND_PRODUCER_KEY });
    expect((await contentOf('alice', 'e-2')).pid).toBe(renewed);
    const log = readFileSync(join(stack.dataDir, 'stack/logs/service-tiny.log'), 'utf8');
    expect(log).toContain('asked for /');
  }, 120_000);

  it('is what the command line is about, wherever that is run', async () => {
    const env = { BEFOREHAND_DATA_DIR: stack.dataDir };
    const { code, stdout } = await runCli(['generator', 'list', '--json'], env);
    expect([code, JSON.parse(stdout).name]).toEqual([0, 'tiny']);
  }, 60_000);

  it('stops and starts them by name', async () => {
    const port = Number(new URL(tinyUrl()).port);
    await stack.command('stop', 'service-tiny');
    expect(await portAnswers(port)).toBe(false);
    expect(await stack.command('start', 'service-tiny')).toMatch(/service-tiny +ready/);
    expect(await portAnswers(port)).toBe(true);
  }, 60_000);
});

it('leaves nothing behind', async () => {
  const port = Number(new URL(tinyUrl()).port);
  await stack.command('down');
  expect(await portAnswers(port)).toBe(false);
}, 60_000);
