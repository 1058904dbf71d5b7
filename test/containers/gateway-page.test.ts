// The one door of an installation whose regions have a page: it leads to the page of a client's region.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, openGateway, type Said } from './open-gateway.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await openGateway({}, { hasPage: true });
});
afterAll(() => gateway.close());

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(gateway.url + path, { method, headers, redirect: 'manual' });
  const said = JSON.parse(await response.text()) as Said & { code?: string };
  return { status: response.status, region: response.headers.get('beforehand-region'), ...said };
}

it.each(['/', '/?utm_source=mail', '/assets/main-ABCD2345.js', '/assets/dot.svg?x'])(
  'passes %s on to the region of the client, as it came',
  async (path) => {
    const cookie = 'beforehand_region=ap; beforehand_token=a.b.c';
    expect(await ask(path, { cookie })).toMatchObject({ status: 200, by: 'ap', path });
    const { headers } = await ask(path, { 'beforehand-region': 'us', cookie });
    expect(headers.cookie).toBe(cookie);
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
  },
);

it('says which region a page is from', async () => {
  expect(await ask('/', { 'beforehand-region': 'us' })).toMatchObject({ by: 'us', region: 'us' });
});

it('shows the page of the next region while that of the client is gone', async () => {
  await gateway.doors.us.close();
  for (const path of ['/', '/assets/dot.svg']) {
    expect(await ask(path, { 'beforehand-region': 'us' })).toMatchObject({ status: 200, by: 'ap' });
  }
  await gateway.doors.us.open();
});

it.each(['/assets', '/page', '/pages/x', '/index.html', '/metrics'])(
  'still answers 404 at %s',
  async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, code: 'not_found' });
  },
);
