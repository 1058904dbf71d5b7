// Who may post events, and what happens when the broker does not take them.

import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/errors.ts';
import { batch, goodEvent, structured } from '../fixtures/bad-event.ts';
import { openIngest, send, type TestIngest, testKeys } from './open-ingest.ts';
import { get, say } from './open-server.ts';

const opened: TestIngest[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((ingest) => ingest.stop()));
});

async function open(options: Parameters<typeof openIngest>[0] = {}): Promise<TestIngest> {
  const ingest = await openIngest(options);
  opened.push(ingest);
  return ingest;
}

const good = JSON.stringify(goodEvent);

/** A promise, and what resolves it. */
function signal(): [Promise<void>, () => void] {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return [promise, () => resolve()];
}

function postWith(ingest: TestIngest, authorization: string | undefined, body = good) {
  const headers = authorization === undefined ? {} : { authorization };
  return send(new URL('/v1/events', ingest.url), { ...structured, ...headers }, body);
}

describe('a request without a valid key', () => {
  it.each([
    ['no Authorization', undefined],
    ['an empty one', 'Bearer '],
    ['no scheme', testKeys.full],
    ['Basic', 'Basic dXNlcjpwYXNz'],
    ['an unknown key', `Bearer bhk_none_${'n'.repeat(43)}`],
    ['the right id with another secret', `Bearer bhk_full_${'x'.repeat(43)}`],
    ['a cut key', `Bearer ${testKeys.full.slice(0, -1)}`],
    ['a key with something behind', `Bearer ${testKeys.full} x`],
    ['a long key', `Bearer ${'k'.repeat(15_000)}`],
    ['a token of a client', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'],
  ])('is answered 401: %s', async (_name, authorization) => {
    const ingest = await open();
    const answer = await postWith(ingest, authorization);
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    expect(ingest.published).toEqual([]);
    expect(JSON.stringify(ingest.observed)).not.toContain('xxxx');
  });

  it('is answered before its body is read', async () => {
    const ingest = await open();
    const head = 'POST /v1/events HTTP/1.1\r\nHost: test\r\nConnection: close\r\n';
    const heard = await say(
      ingest.url,
      `${head}Content-Type: application/cloudevents+json\r\nContent-Length: 60000\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('a key', () => {
  const statusOf = async (key: string, attributes: object) =>
    (await postWith(await open(), `Bearer ${key}`, JSON.stringify({ ...goodEvent, ...attributes })))
      .status;

  it('is good for its sources and types, and for nothing else', async () => {
    expect(await statusOf(testKeys.shopOnly, {})).toBe(202);
    expect(await statusOf(testKeys.shopOnly, { source: '/shop/eu' })).toBe(202);
    expect(await statusOf(testKeys.shopOnly, { source: '/other' })).toBe(403);
    expect(await statusOf(testKeys.shopOnly, { type: 'test.bulk' })).toBe(403);
  });

  it('does not tell a stranger to a type whether it exists', async () => {
    expect(await statusOf(testKeys.shopOnly, { type: 'test.unknown' })).toBe(403);
  });

  it('that may only erase publishes nothing', async () => {
    expect(await statusOf(testKeys.eraseOnly, {})).toBe(403);
  });

  it('refuses a whole batch for one event that it does not allow', async () => {
    const ingest = await open();
    const answer = await send(
      new URL('/v1/events', ingest.url),
      { ...batch, authorization: `Bearer ${testKeys.shopOnly}` },
      JSON.stringify([goodEvent, { ...goodEvent, source: '/other' }]),
    );
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden', event: 1 } });
    expect(ingest.published).toEqual([]);
  });
});

describe('the source of what a browser reports, or the platform', () => {
  const of = (source: string) => JSON.stringify({ ...goodEvent, source });
  const refused = { status: 403, json: { code: 'reserved_source', event: 0 } };

  it.each([
    ...['/clients', '/clients/', '/clients/alice', '/clients//alice', '/clients/../alice'],
    ...['/beforehand', '/beforehand/replica', '/beforehand/timers'],
  ])('is open to no key: %s', async (source) => {
    const ingest = await open();
    const everyKey = [testKeys.full, testKeys.shopOnly, testKeys.nosy];
    for (const key of everyKey) {
      expect(await postWith(ingest, `Bearer ${key}`, of(source))).toMatchObject(refused);
    }
    expect(ingest.published).toEqual([]);
  });

  it('is known in each mode, however it is spelled there', async () => {
    const ingest = await open();
    const [good, bad] = [of('/shop'), of('/clients/alice')];
    expect(await ingest.post(batch, `[${good},${bad}]`)).toMatchObject({
      ...{ status: 403, json: { code: 'reserved_source', event: 1 } },
    });
    const spelled = bad.replace('/clients/', String.raw`\u002fclients\/`);
    expect(await ingest.post(structured, spelled)).toMatchObject(refused);
    for (const source of ['/clients/alice', '%2Fclients/%61lice', '"/clients/alice"']) {
      const attributes = { 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-type': goodEvent.type };
      const headers = { ...attributes, 'ce-source': source, 'content-type': 'application/json' };
      expect(await ingest.post(headers, '{}')).toMatchObject(refused);
    }
    expect(ingest.published).toEqual([]);
  });

  it('is no other source, as sources are compared everywhere', async () => {
    const ingest = await open();
    const others = [
      '/clientele',
      '/Clients/alice',
      '/%63lients/alice',
      'clients/alice',
      '//clients',
    ];
    for (const source of [...others, 'https://shop.example/clients/alice', '/shop/clients/alice']) {
      expect((await ingest.post(structured, of(source))).status).toBe(202);
    }
    expect(ingest.published.map(({ source }) => source)).toEqual(expect.arrayContaining(others));
  });
});

it('says 503 and why to bulk events that would wait for too long', async () => {
  const message = 'Bulk events wait for interactive ones.';
  const ingest = await open({ giveWay: () => Promise.reject(new Failure('overloaded', message)) });
  const answer = await ingest.post(structured, good);
  expect(answer).toMatchObject({ status: 503, json: { code: 'overloaded', detail: message } });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(ingest.published).toEqual([]);
});

describe('a broker that does not take events', () => {
  it('is answered 503 with Retry-After and without a ticket', async () => {
    const ingest = await open({
      publish: () => Promise.reject(new Failure('unavailable', 'amqp://u:secret@h is down')),
    });
    const answer = await ingest.post(structured, good);
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toMatch(/ticket|secret/);
    expect(ingest.published).toEqual([]);
  });

  it('is not waited for longer than the deadline', async () => {
    const ingest = await open({ publish: () => new Promise(() => {}), publishTimeoutMs: 20 });
    expect(await ingest.post(structured, good)).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
    });
  });

  it('is no reason to answer 202 before it confirmed', async () => {
    const [begun, begin] = signal();
    const [confirmed, confirm] = signal();
    const ingest = await open({
      async publish() {
        begin();
        await confirmed;
      },
    });
    let isAnswered = false;
    const answer = ingest.post(structured, good).finally(() => {
      isAnswered = true;
    });
    await begun;
    // A whole other request goes by meanwhile.
    await get(ingest.url, '/health/live');
    expect(isAnswered).toBe(false);
    confirm();
    expect((await answer).status).toBe(202);
  });
});
