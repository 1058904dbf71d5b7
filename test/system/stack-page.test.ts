// A configuration with a page on real parts: its replica bundles and lays down, its Nginx serves.
//
// Goal: the page of a user is where their browser looks for it, with all that it refers to, also when
// the replica is gone. Method: a tiny page, read by HTTP and in a real Chromium under its policy.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signToken } from '../../src/main/sign-token.ts';
import { openPage } from '../chromium.ts';
import { chromiumFor } from '../chromium-hooks.ts';
import { createStackDriver, postLogins, readDocument } from './stack-driver.ts';

const configFile = fileURLToPath(new URL('../fixtures/page/page-config.ts', import.meta.url));
const driver = createStackDriver({ BEFOREHAND_CONFIG: configFile });
let summary: ReturnType<typeof driver.summary>;
let region = '';

beforeAll(async () => {
  await driver.command('up', '--workers', '1', '--regions', 'eu');
  summary = driver.summary();
  [region = ''] = Object.values(summary.regions);
}, 180_000);

afterAll(async () => {
  if (existsSync(`${driver.dataDir}/stack.json`)) await driver.command('down');
  await driver.forget();
}, 60_000);

const cookieOf = async (user: string) => ({
  cookie: `beforehand_token=${await signToken(summary, { user, ttlS: 600 })}`,
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(region + path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const assetsIn = (html: string) => [...html.matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path);

it('shows everybody a whole page, and a browser may load what it refers to', async () => {
  const { status, headers, text } = await get('/');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')).toContain(
    `connect-src 'self' ${new URL(summary.ingest).origin};`,
  );
  expect(text).toContain('Hello whoever you are');
  expect(text).toContain('Somebody has a hint for you.');
  expect(text).toContain(`content="${new URL(summary.ingest).origin}/v1/client-events"`);
  const assets = assetsIn(text);
  expect(assets).toHaveLength(3);
  for (const path of assets) expect((await get(path)).status).toBe(200);
});

it('lays files down for Nginx, those that are loaded late too', () => {
  const positions = join(driver.dataDir, 'stack', 'replica-eu-1', 'positions');
  const names = readdirSync(join(positions, 'assets'))
    .filter((name) => !name.endsWith('.gz'))
    .map((name) => name.replace(/-\w{8}\./, '.'));
  expect(names.toSorted()).toEqual(['dot.svg', 'late.js', 'main.js', 'style.css']);
});

it('shows the page of whoever logged in to them alone, and HTML in no document', async () => {
  await postLogins(summary, [{ id: 'e-1', user: 'ada' }]);
  const ada = await cookieOf('ada');
  await expect.poll(async () => (await get('/', ada)).text).toContain('Hello ada, by e-1');
  const { text, headers } = await get('/', ada);
  expect(text).toContain('Somebody has a hint for you.');
  const again = await get('/', { ...ada, 'if-none-match': headers.get('etag') ?? '' });
  expect([again.status, again.text]).toEqual([304, '']);
  expect((await get('/', await cookieOf('ben'))).text).not.toContain('ada');
  expect((await get('/')).text).not.toContain('ada');
  const { body } = await readDocument(region, summary, 'ada');
  expect(JSON.parse(body).slots.greeting.content).toEqual({ hello: 'ada' });
});

it('runs in a browser that holds it to its policy', async (context) => {
  const { page, complaints } = await openPage(await chromiumFor(context), `${region}/`);
  await page.locator('html[data-ran="late"]').waitFor();
  expect(await page.title()).toBe('A page of two slots');
  const background = 'getComputedStyle(document.body).backgroundImage';
  expect(await page.evaluate(background)).toContain('/assets/dot.svg');
  expect(complaints).toEqual([]);
});

it('is there without its replica, and with it again', async () => {
  const ada = await cookieOf('ada');
  const before = (await get('/', ada)).text;
  await driver.command('stop', 'replica');
  expect(await get('/', ada)).toMatchObject({ status: 200, text: before });
  expect((await get('/')).text).toContain('Hello whoever you are');
  const pending = (await get('/', await cookieOf('carol'))).text;
  expect(pending).toContain('data-state="pending"');
  for (const path of assetsIn(before)) expect((await get(path)).status).toBe(200);
  await driver.command('start', 'replica');
  expect(await get('/', ada)).toMatchObject({ status: 200, text: before });
}, 60_000);
