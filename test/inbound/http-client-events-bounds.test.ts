// POST /v1/client-events: how much it takes at once, in which form, and how often.

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Failure } from '../../src/domain/errors.ts';
import { anyClientType } from '../fixtures/bad-event.ts';
import { type ClientIngest, clicks, goodClick, openClientIngest } from './open-client-ingest.ts';
import { sign } from './open-content.ts';

let ingest: ClientIngest;
let broken: Error | null = null;
beforeAll(async () => {
  ingest = await openClientIngest({
    publish: async () => {
      if (broken !== null) throw broken;
    },
  });
});
afterEach(() => {
  broken = null;
  ingest.published.length = 0;
  ingest.time.elapsedMs += 60_000;
});
afterAll(() => ingest.stop());

const withData = (data: string) =>
  `{"events":[{"id":"c","type":"${anyClientType}","data":${data}}]}`;
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const sized = (bytes: number) => withData(`"${'x'.repeat(bytes - withData('""').length)}"`);

it.each<[string, unknown, number, string]>([
  ['101 events', { events: clicks(101) }, 413, 'too_many_events'],
  ['no event', { events: [] }, 400, 'malformed_event'],
  ['events that are no list', { events: goodClick }, 400, 'malformed_event'],
  ['a bare event', goodClick, 400, 'malformed_request'],
  ['a bare list', [goodClick], 400, 'malformed_request'],
  ['another member', { events: [goodClick], user: 'bob' }, 400, 'malformed_request'],
  ['nothing', '', 400, 'malformed_request'],
  ['no JSON', '{', 400, 'malformed_request'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed_request'],
  ['a prototype', withData('{"__proto__":{}}'), 400, 'malformed_request'],
  ['half a character', withData('"\\ud800"'), 400, 'malformed_request'],
  ['data of 65 levels', withData(deep(65)), 400, 'malformed_request'],
  ['more than 64 KiB', sized(65_537), 413, 'body_too_large'],
  ...['subject', 'source', 'lane', 'user', 'specversion', 'time'].map(
    (name): [string, unknown, number, string] => [
      `an event with ${name}`,
      { events: [{ ...goodClick, [name]: 'bob' }] },
      400,
      'malformed_event',
    ],
  ),
  ['no id', { events: [{ ...goodClick, id: undefined }] }, 400, 'malformed_event'],
  ['an empty id', { events: [{ ...goodClick, id: '' }] }, 400, 'malformed_event'],
  ['an id of 256', { events: [{ ...goodClick, id: 'x'.repeat(256) }] }, 400, 'malformed_event'],
  ['an id that is no text', { events: [{ ...goodClick, id: 7 }] }, 400, 'malformed_event'],
])('refuses %s', async (_what, body, status, code) => {
  const answer = await ingest.report(body);
  expect({ status: answer.status, json: answer.json }).toMatchObject({ status, json: { code } });
  expect(ingest.published).toEqual([]);
});

it.each<[string, unknown]>([
  ['100 events', { events: clicks(100) }],
  ['64 KiB', sized(65_536)],
  ['data of 64 levels', withData(deep(64))],
  ['an id of 255', { events: [{ ...goodClick, id: 'x'.repeat(255) }] }],
])('takes %s', async (_what, body) => {
  expect((await ingest.report(body)).status).toBe(202);
});

it('says which event it was, and where in it', async () => {
  const bad = [goodClick, { ...goodClick, id: '' }];
  expect((await ingest.report({ events: bad })).json).toMatchObject({ event: 1, pointer: '/id' });
});

it.each([
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
  ...[
    'application/cloudevents+json',
    'application/json; charset=latin1',
    'text/plain, application/json',
  ],
  ...['', undefined],
])('takes no other type than JSON: %j', async (type) => {
  const answer = await ingest.report({ events: [goodClick] }, { 'content-type': type });
  expect([answer.status, ingest.published]).toEqual([415, []]);
});

it('takes nothing compressed', async () => {
  const answer = await ingest.report({ events: [goodClick] }, { 'content-encoding': 'gzip' });
  expect(answer.json).toMatchObject({ code: 'unsupported_encoding' });
});

it('takes a burst of a user, then so many a second, each post as a whole', async () => {
  const report = async (count: number, authorization = ingest.authorization) => {
    const answer = await ingest.report({ events: clicks(count) }, { authorization });
    return [answer.status, answer.headers['retry-after'], ingest.published.splice(0).length];
  };
  expect(await report(45)).toEqual([202, undefined, 45]);
  expect(await report(6)).toEqual([429, '1', 0]);
  expect(await report(5)).toEqual([202, undefined, 5]);
  expect(await report(25)).toEqual([429, '3', 0]);
  // Another user's share is their own.
  expect(await report(50, `Bearer ${await sign({ sub: 'bob' })}`)).toEqual([202, undefined, 50]);
  // Another token of the same user is not.
  expect(await report(1, `Bearer ${await sign({ jti: 'other' })}`)).toEqual([429, '1', 0]);
  ingest.time.elapsedMs += 1_000;
  expect(await report(11)).toEqual([429, '1', 0]);
  expect(await report(10)).toEqual([202, undefined, 10]);
  const { json, headers } = await ingest.report({ events: clicks(1) });
  expect(json).toMatchObject({ code: 'rate_exceeded', status: 429 });
  expect(headers).toHaveProperty('access-control-allow-origin');
});

it('takes what a person wants after whatever was seen, and both together or none', async () => {
  const seen = (count: number) =>
    clicks(count).map((event) => ({ ...event, id: `s-${event.id}`, type: anyClientType }));
  const report = async (...events: object[]) => {
    const { status, headers, json } = await ingest.report({ events });
    return [status, headers['retry-after'], (json as { detail?: string }).detail];
  };
  const taken = [202, undefined, undefined];
  const most = (lane: string) =>
    `A user reports at most 10 events of the lane ${lane} a second, and 50 at once.`;
  expect(await report(...seen(50))).toEqual(taken);
  expect(await report(...seen(20))).toEqual([429, '2', most('bulk')]);
  expect(await report(goodClick, ...seen(1))).toEqual([429, '1', most('bulk')]);
  // What is of no type that there is takes nothing from it either.
  expect(await report({ id: 'x', type: 'test.unknown' })).toEqual([429, '1', most('bulk')]);
  expect(await report(...clicks(50))).toEqual(taken);
  expect(await report(goodClick)).toEqual([429, '1', most('interactive')]);
  expect(await report(...clicks(15), ...seen(25))).toEqual([
    ...[429, '3', most('interactive and bulk')],
  ]);
  expect(ingest.published).toHaveLength(100);
});

it('answers 503 when nothing can be published', async () => {
  broken = new Failure('unavailable', 'The broker is away.');
  const answer = await ingest.report({ events: [goodClick] });
  expect(answer.json).toMatchObject({ code: 'unavailable', status: 503 });
  expect(answer.headers).toMatchObject({ 'retry-after': '1' });
});
