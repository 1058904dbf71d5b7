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
