// The gateway with a real Nginx: who is sent where, and what happens when a region is gone.

import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderGatewayRegions } from '../../src/main/gateway-config.ts';
import { gatewaySettings } from '../../src/main/gateway-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { askReadiness, readDocument } from '../../src/outbound/http-region-door.ts';
import { type Gateway, openGateway, type Said } from './open-gateway.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await openGateway({
    BEFOREHAND_GATEWAY_NETWORKS: '127.0.0.1/32=us 203.0.113.0/24=ap',
    BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: '8',
  });
});
afterAll(() => gateway.close());
afterEach(async () => {
  for (const door of Object.values(gateway.doors)) {
    await door.close();
    await door.open();
  }
  // A region that failed is asked again.
  await vi.waitFor(async () => {
    for (const region of ['eu', 'us', 'ap']) {
      expect((await ask({ 'beforehand-region': region })).by).toBe(region);
    }
  }, 20_000);
  for (const door of Object.values(gateway.doors)) door.asked.length = 0;
});

async function ask(headers: Record<string, string> = {}, path = '/v1/content/me', method = 'GET') {
  const response = await fetch(gateway.url + path, { method, headers });
  const text = await response.text();
  const said = text.startsWith('{') ? (JSON.parse(text) as Said & { code?: string }) : null;
  return { status: response.status, region: response.headers.get('beforehand-region'), ...said };
}

describe('a region', () => {
  it.each([
    ['the header', { 'beforehand-region': 'ap' }, 'ap'],
    ['the header, however it is written', { 'beforehand-region': 'EU' }, 'eu'],
    ['the cookie', { cookie: 'a=b; beforehand_region=ap' }, 'ap'],
    [
      'the header before the cookie',
      { 'beforehand-region': 'eu', cookie: 'beforehand_region=ap' },
      'eu',
    ],
    ['the address', {}, 'us'],
    ['the address, when the header names none', { 'beforehand-region': 'mars' }, 'us'],
    [
      'the cookie, when the header names none',
      { 'beforehand-region': '::', cookie: 'beforehand_region=eu' },
      'eu',
    ],
    [
      'the address, when both are odd',
      { 'beforehand-region': 'eu us', cookie: 'beforehand_region=../..' },
      'us',
    ],
    ['the address, when the header is an address', { 'beforehand-region': '127.0.0.1:80' }, 'us'],
  ])('is chosen by %s, and said', async (_, headers, region) => {
    expect(await ask(headers)).toMatchObject({ status: 200, by: region, region });
  });

  it('that is gone is replaced by the next one for whoever reads', async () => {
    await gateway.doors.us.close();
    expect(await ask({ 'beforehand-region': 'us' })).toMatchObject({ by: 'ap', region: 'ap' });
    expect(await ask({ 'beforehand-region': 'us' }, '/v1/generic')).toMatchObject({ by: 'ap' });
    // What a page of another origin asks before it reads.
    const preflight = await ask({ 'beforehand-region': 'us' }, '/v1/content/me', 'OPTIONS');
    expect(preflight).toMatchObject({ by: 'ap', method: 'OPTIONS' });
    await gateway.doors.ap.close();
    expect(await ask({ 'beforehand-region': 'us' })).toMatchObject({ by: 'eu', region: 'eu' });
    await gateway.doors.eu.close();
    expect(await ask({ 'beforehand-region': 'us' })).toMatchObject({
      status: 503,
      code: 'unavailable',
    });
    await Promise.all([gateway.doors.us.open(), gateway.doors.ap.open(), gateway.doors.eu.open()]);
  });

  it('is what the command line asked for, or it says who answered instead', async () => {
    const { url } = gateway;
    expect(await readDocument({ region: 'ap', url }, 't')).toMatchObject({
      document: { by: 'ap' },
    });
    expect(await askReadiness(url, 'ap')).toMatchObject({ state: 'ready' });
    expect(gateway.doors.ap.asked).toEqual(['GET /v1/content/me', 'GET /health/ready']);
    await gateway.doors.ap.close();
    expect(await readDocument({ region: 'ap', url }, 't')).toEqual({
      problem: 'eu answers in its place',
    });
    expect(await askReadiness(url, 'ap')).toMatchObject({
      ...{ state: 'unreachable', reasons: ['eu answers in its place'] },
    });
    await gateway.doors.ap.open();
  });

  it('that hangs is replaced, and then left out', async () => {
    const read = () => ask({ 'beforehand-region': 'ap' }, '/v1/content/hang-ap');
    const answers = await Promise.all([read(), read()]);
    for (const answer of answers) expect(answer).toMatchObject({ by: 'eu', region: 'eu' });
    expect(await ask({ 'beforehand-region': 'ap' })).toMatchObject({ by: 'eu' });
  });

  it('that is gone is replaced for no POST', async () => {
    await gateway.doors.eu.close();
    const answer = await ask({ 'beforehand-region': 'eu' }, '/v1/content/me', 'POST');
    expect(answer).toMatchObject({ status: 503, code: 'unavailable' });
    expect(gateway.doors.us.asked).toEqual([]);
    await gateway.doors.eu.open();
  });

  it.each([502, 504])('is replaced when what stands before it says %d', async (status) => {
    const answer = await ask({ 'beforehand-region': 'eu' }, `/v1/content/${status}`);
    // All of them say so: it came to the last.
    expect(answer.status).toBe(status);
    expect(gateway.doors.us.asked).toEqual([`GET /v1/content/${status}`]);
  });

  it.each([429, 500, 503, 529])('is taken at its word when it says %d', async (status) => {
    for (let time = 0; time < 5; time += 1) {
      const answer = await ask({ 'beforehand-region': 'eu' }, `/v1/content/${status}`);
      expect(answer).toMatchObject({ status, by: 'eu' });
    }
    expect(await ask({ 'beforehand-region': 'eu' })).toMatchObject({ by: 'eu' });
    expect(gateway.doors.us.asked).toEqual([]);
  });
});

it('passes on paths as they came, and nothing of what a client claims about its way', async () => {
  const path = '/v1/content/a%40b//..%2fx?after=t&wait=10';
  const claims = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
  const { headers, ...said } = await ask(claims, path);
  expect(said).toMatchObject({ path, by: 'us' });
  expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
});

it('passes on each event of a stream at once', async () => {
  const ending = new AbortController();
  const response = await fetch(`${gateway.url}/v1/content/me/stream`, { signal: ending.signal });
  const reader = response.body?.getReader();
  for (const text of ['data: one\n\n', 'data: two\n\n']) {
    gateway.streams[0]?.write(text);
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe(text);
  }
  ending.abort();
});

it.each(['/', '/metrics', '/docs', '/v2/content/me', '/v1'])('answers 404 at %s', async (path) => {
  expect(await ask({}, path)).toMatchObject({ status: 404, code: 'not_found' });
});

it('bounds what one address has in progress, and asks no region for more', async () => {
  const opened = Array.from({ length: 12 }, () => {
    const asked = request(`${gateway.url}/v1/content/me/stream`);
    const status = new Promise<number | undefined>((resolve, reject) => {
      asked.once('response', ({ statusCode }) => resolve(statusCode)).once('error', reject);
    });
    asked.end();
    return { asked, status };
  });
  const statuses = await Promise.all(opened.map(({ status }) => status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(8);
  expect(statuses.filter((status) => status === 503)).toHaveLength(4);
  expect(gateway.doors.us.asked).toHaveLength(8);
  expect(gateway.doors.ap.asked).toHaveLength(0);
  for (const { asked } of opened) asked.destroy();
  await vi.waitFor(async () => expect((await ask()).status).toBe(200));
});

it.each([
  ['BEFOREHAND_GATEWAY_REGIONS', 'eu'],
  ['BEFOREHAND_GATEWAY_REGIONS', 'eu=unix:/x;}'],
  ['BEFOREHAND_GATEWAY_REGIONS', 'e.u=eu:80'],
  ['BEFOREHAND_GATEWAY_NETWORKS', 'shop.example=eu'],
  ['BEFOREHAND_GATEWAY_NETWORKS', '10.0.0.0/99=eu'],
  ['BEFOREHAND_GATEWAY_TRUSTED_PROXIES', 'everybody'],
])('refuses %s=%s', (name, value) => {
  const good = { BEFOREHAND_GATEWAY_REGIONS: 'eu=eu.internal:8080' };
  expect(() => readSettings(gatewaySettings, { ...good, [name]: value })).toThrow(name);
});

it('refuses regions that are named twice, and networks of a region that is not there', () => {
  const render = (env: Record<string, string>) => () =>
    renderGatewayRegions(readSettings(gatewaySettings, env));
  expect(render({ BEFOREHAND_GATEWAY_REGIONS: 'eu=a:1 eu=b:1' })).toThrow('eu twice');
  const networks = { BEFOREHAND_GATEWAY_NETWORKS: '10.0.0.0/8=us' };
  expect(render({ BEFOREHAND_GATEWAY_REGIONS: 'eu=a:1', ...networks })).toThrow('which');
});
