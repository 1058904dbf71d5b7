// The home page on real parts: its products are members of the stack, and the page outlives them.
//
// Goal: what solo mode shows in one process is true of ten. Method: HTTP alone, as a person's browser
// asks Nginx and reports to an ingest of another origin; then products and workers are killed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signToken } from '../../src/main/sign-token.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';
import { createStackDriver, postLogins, readDocument } from './stack-driver.ts';

const driver = createStackDriver({ BEFOREHAND_CONFIG: 'home.config.ts' });
const user = 'ada';
let summary: ReturnType<typeof driver.summary>;
let [eu, us, token] = ['', '', ''];

beforeAll(async () => {
  await driver.command('up', '--regions', 'eu,us');
  summary = driver.summary();
  [eu = '', us = ''] = Object.values(summary.regions);
  token = await signToken(summary, { user, ttlS: 600 });
}, 180_000);

afterAll(async () => {
  if (existsSync(join(driver.dataDir, 'stack.json'))) await driver.command('down');
  await driver.forget();
}, 60_000);

async function pageOf(region: string, cookie = `beforehand_token=${token}`): Promise<string> {
  const response = await fetch(`${region}/`, { headers: { cookie } });
  expect(response.status).toBe(200);
  return response.text();
}

/** In both regions. */
async function isShown(text: string): Promise<void> {
  for (const region of [eu, us]) {
    await expect.poll(() => pageOf(region), { timeout: 30_000 }).toContain(text);
  }
}

/** What the button of the insurance asks for: a quote to be accepted, a contract to be withdrawn. */
async function insured(name: 'quote' | 'contract'): Promise<string> {
  const { body } = await readDocument(eu, summary, user);
  return new RegExp(`"home:\\w+\\?${name}=([\\w.-]+)"`).exec(body)?.[1] ?? '';
}

async function report(type: string, data: object, origin = new URL(eu).origin) {
  const response = await fetch(`${summary.ingest}/v1/client-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, authorization: `Bearer ${token}` },
    body: JSON.stringify({ events: [{ id: `${type}-1`, type, data }] }),
  });
  await response.body?.cancel();
  return [response.status, response.headers.get('access-control-allow-origin')];
}

/** A line of `stack -- status`; it ends with 1 unless all are ready. */
async function statusOf(name: string): Promise<{ state?: string; pid: number }> {
  const printed = await driver
    .command('status')
    .catch(({ stdout }: Error & { stdout?: string }) => stdout ?? '');
  const line = printed.split('\n').find((it) => it.startsWith(`${name} `)) ?? '';
  const [, state, , pid] = line.split(/\s+/);
  return { ...(state && { state }), pid: Number(pid) };
}

it('shows what a product reported when it began, before anybody logs in', async () => {
  const first = async () => /data-slot="home\.(?!order)\w+"/.exec(await pageOf(us))?.[0];
  await expect.poll(first, { timeout: 30_000 }).toBe('data-slot="home.insurance"');
});

it('shows what the products have for a person in every region', async () => {
  await postLogins(summary, [{ id: 'login-1', user }]);
  await isShown('Cover for your Volvo V60');
  await isShown('data-slot="home.travel" data-state="personal"');
  expect(await pageOf(us, '')).not.toContain('Volvo');
});

it('signs a contract that a page of its doors reports, and no other', async () => {
  const quote = await insured('quote');
  expect(await report('quote.accepted', { quote }, 'http://127.0.0.1:9')).toEqual([403, null]);
  const { origin } = new URL(us);
  expect(await report('quote.accepted', { quote }, origin)).toEqual([202, origin]);
  await isShown('Your Volvo V60 is insured');
}, 60_000);

it('is there as it was without a product and without workers', async () => {
  const insurance = await statusOf('service-insurance');
  expect(insurance.state).toBe('ready');
  for (const pid of [insurance.pid, ...summary.pids.worker]) process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await statusOf('service-insurance')).state).toBe('dead');
  for (const region of [eu, us]) {
    expect(await pageOf(region)).toContain('Your Volvo V60 is insured');
    expect(await pageOf(region, '')).toContain('data-slot="home.insurance" data-state="generic"');
  }
  expect(await report('withdrawal.requested', { contract: await insured('contract') })).toEqual([
    202,
    new URL(eu).origin,
  ]);
  await driver.command('start', 'worker');
  await driver.command('start', 'service-insurance');
  await isShown('Cover for your Volvo V60');
}, 120_000);

it('leaves nothing behind', async () => {
  const doors = [eu, us, summary.ingest, ...Object.values(summary.services)];
  const ports = doors.map((url) => Number(new URL(url).port));
  await driver.command('down');
  expect(await Promise.all(ports.map((port) => portAnswers(port)))).toEqual(ports.map(() => false));
  expect(existsSync(join(driver.dataDir, 'stack'))).toBe(false);
}, 60_000);
