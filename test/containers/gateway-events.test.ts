// The gateway before ingests that come and go, and behind something that ends TLS.

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Gateway, openGateway, type Said } from './open-gateway.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await openGateway({
    BEFOREHAND_GATEWAY_NETWORKS: '203.0.113.0/24=ap',
    BEFOREHAND_GATEWAY_TRUSTED_PROXIES: '127.0.0.0/8',
  });
});
afterAll(() => gateway.close());

async function post(path = '/v1/events', body = '{}', headers: Record<string, string> = {}) {
  const response = await fetch(gateway.url + path, { method: 'POST', body, headers });
  const text = await response.text();
  return { status: response.status, ...(JSON.parse(text) as Partial<Said> & { code?: string }) };
}

it('uses all ingests, and asks none of the regions', async () => {
  const seen = new Set<string | undefined>();
  await vi.waitFor(async () => {
    seen.add((await post()).by);
    expect(seen.size).toBe(2);
  }, 20_000);
  expect(await post('/v1/client-events')).toMatchObject({ path: '/v1/client-events' });
  const asked = await fetch(`${gateway.url}/v1/client-events`, { method: 'OPTIONS' });
  expect(await asked.json()).toMatchObject({ method: 'OPTIONS', path: '/v1/client-events' });
  const erased = await fetch(`${gateway.url}/v1/users/a%40b`, { method: 'DELETE' });
  expect(await erased.json()).toMatchObject({ method: 'DELETE', path: '/v1/users/a%40b' });
  expect(Object.values(gateway.doors).flatMap(({ asked }) => asked)).toEqual([]);
});

it('goes on with the other while one is gone, and finds one that comes under a new address', async () => {
  const [first, second] = gateway.ingests;
  await first?.close();
  for (let time = 0; time < 10; time += 1) {
    expect(await post()).toMatchObject({ status: 200, by: '127.0.0.2' });
  }
  await second?.close();
  for (const body of ['{}', ' '.repeat(100_000)]) {
    expect(await post('/v1/events', body)).toMatchObject({ status: 503, code: 'unavailable' });
  }
  gateway.names.setHosts(['127.0.0.1']);
  await first?.open();
  await vi.waitFor(async () => expect((await post()).by).toBe('127.0.0.1'), 20_000);
  gateway.names.setHosts(['127.0.0.1', '127.0.0.2']);
  await second?.open();
});

it('sends no POST twice that an ingest may have taken', async () => {
  const before = gateway.ingests.flatMap(({ asked }) => asked).length;
  expect((await post('/v1/users/hang-up')).status).toBe(503);
  expect(gateway.ingests.flatMap(({ asked }) => asked).length).toBe(before + 1);
});

it('lets a batch of 1 MiB in, and no more', async () => {
  const mebibyte = 1_048_576;
  expect((await post('/v1/events', ' '.repeat(mebibyte))).status).toBe(200);
  expect(await post('/v1/events', ' '.repeat(mebibyte + 1))).toMatchObject({
    ...{ status: 413, code: 'body_too_large' },
  });
});

it('believes what ends TLS before it about the client, and nothing that the client put before', async () => {
  const forwarded = {
    'x-forwarded-for': '198.51.100.7, 203.0.113.9',
    'x-forwarded-proto': 'https',
  };
  const { headers } = await post('/v1/events', '{}', forwarded);
  expect(headers).toMatchObject({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' });
  const read = await fetch(`${gateway.url}/v1/content/me`, { headers: forwarded });
  expect(await read.json()).toMatchObject({ by: 'ap' });
});
