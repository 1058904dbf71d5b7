// POST /v1/events against everything that producers and attackers send.

import { CloudEvent, HTTP } from 'cloudevents';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ticketOf } from '../../src/wire/ticket.ts';
import {
  anyType,
  batch,
  bulkType,
  goodEvent,
  strictType,
  structured,
} from '../fixtures/bad-event.ts';
import { badEvents } from '../fixtures/bad-events.ts';
import { newId, openIngest, type TestIngest } from './open-ingest.ts';

let ingest: TestIngest;

beforeAll(async () => {
  ingest = await openIngest();
});

afterAll(() => ingest.stop());

beforeEach(() => {
  ingest.published.length = 0;
});

const good = JSON.stringify(goodEvent);

describe('the corpus of bad events', () => {
  it('is there', () => {
    expect(badEvents.length).toBeGreaterThan(150);
  });

  it.each(badEvents)('answers $status to $name', async ({ headers, body, status, code }) => {
    const answer = await ingest.post(headers, body);
    expect({ status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({ status });
    if (status === 202) {
      const { tickets } = answer.json as { tickets: string[] };
      expect(tickets).toEqual(ingest.published.map((event) => event.ticket));
      expect(tickets.length).toBeGreaterThan(0);
    } else {
      expect(ingest.published).toEqual([]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.json).toMatchObject({ status, ...(code && { code }) });
      expect(answer.text).not.toMatch(/node_modules|\bat .*:\d+:\d+|bhk_/);
    }
  });
});

describe('an accepted event', () => {
  it('carries what was sent, a stamp and a ticket', async () => {
    await ingest.post(structured, good);
    expect(ingest.published).toMatchObject([
      {
        ...{ source: '/shop', id: 'e-1', type: anyType, user: 'alice', lane: 'interactive' },
        ...{ ticket: ticketOf('/shop', 'e-1'), data: { page: 'home' } },
      },
    ]);
    expect(ingest.published[0]?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is about everyone when it has no subject', async () => {
    await ingest.post(structured, JSON.stringify({ ...goodEvent, subject: undefined }));
    expect(ingest.published[0]?.user).toBeNull();
  });

  it('is in the lane of its type, or in a lower one', async () => {
    await ingest.post(structured, JSON.stringify({ ...goodEvent, lane: 'bulk' }));
    await ingest.post(structured, JSON.stringify({ ...goodEvent, type: bulkType }));
    expect(ingest.published.map((event) => event.lane)).toEqual(['bulk', 'bulk']);
  });

  it('gets the same ticket again, and another one for another source, id or Unicode form', async () => {
    const pairs = [
      ['/shop', 'e-1'],
      ['/shop', 'e-1'],
      ['/other', 'e-1'],
      ['a', 'b|c'],
      ['a%7Cb', 'c'],
      ['/shop', '\u00e9'],
      ['/shop', 'e\u0301'],
    ];
    const events = pairs.map(([source, id]) => ({ ...goodEvent, source, id }));
    const { json } = await ingest.post(batch, JSON.stringify(events));
    const { tickets } = json as { tickets: string[] };
    expect(tickets[0]).toBe(tickets[1]);
    expect(new Set(tickets).size).toBe(pairs.length - 1);
  });

  it('rises in stamp within a batch', async () => {
    const events = ['a', 'b', 'c'].map((id) => ({ ...goodEvent, id }));
    await ingest.post(batch, JSON.stringify(events));
    const stamps = ingest.published.map((event) => event.stamp);
    expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b));
  });

  it('is read the way JSON.parse reads repeated keys: the last one counts', async () => {
    const text = `{"id":"first",${good.slice(1)}`;
    const { json } = await ingest.post(structured, text);
    expect(json).toEqual({ tickets: [ticketOf('/shop', 'e-1')] });
  });
});

describe('what the CloudEvents SDK sends', () => {
  const events = [
    new CloudEvent({ ...goodEvent, id: newId(), time: new Date().toISOString() }),
    new CloudEvent({ ...goodEvent, id: newId(), ext: 'value' }),
    new CloudEvent({ ...goodEvent, id: newId(), data: ['list', 1, null] }),
  ];
  // The SDK's types do not know exactOptionalPropertyTypes.
  const message = (mode: 'binary' | 'structured', event: object) =>
    HTTP[mode](event as Parameters<typeof HTTP.binary>[0]);

  it.each(['binary', 'structured'] as const)('is accepted in %s mode', async (mode) => {
    for (const event of events) {
      const { headers, body } = message(mode, event);
      const answer = await ingest.post(headers as { [name: string]: string }, body as string);
      expect(answer.status).toBe(202);
    }
    expect(ingest.published.map(({ id, data }) => ({ id, data }))).toEqual(
      events.map(({ id, data }) => ({ id, data })),
    );
  });
});

describe('a refusal', () => {
  it('names the event of the batch and the place in it', async () => {
    const events = [goodEvent, { ...goodEvent, type: strictType, data: { page: 7 } }];
    const { json } = await ingest.post(batch, JSON.stringify(events));
    expect(json).toMatchObject({ code: 'invalid_data', event: 1, pointer: '/data/page' });
  });

  it('names the malformed attribute of the batch', async () => {
    const events = [goodEvent, goodEvent, { ...goodEvent, id: 7 }];
    const { json } = await ingest.post(batch, JSON.stringify(events));
    expect(json).toMatchObject({ code: 'malformed_event', event: 2, pointer: '/id' });
  });

  it('is told to operators by its code', async () => {
    ingest.observed.length = 0;
    await ingest.post(structured, JSON.stringify({ ...goodEvent, type: 'test.unknown' }));
    expect(ingest.observed).toMatchObject([{ kind: 'event_refused', code: 'unknown_type' }]);
  });
});

describe('the size of an event', () => {
  const sized = (bytes: number) => {
    const empty = JSON.stringify({ ...goodEvent, data: '' });
    return JSON.stringify({ ...goodEvent, data: 'x'.repeat(bytes - empty.length) });
  };

  it('may be 64 KiB and not a byte more', async () => {
    expect(sized(65_536)).toHaveLength(65_536);
    expect((await ingest.post(structured, sized(65_536))).status).toBe(202);
    expect((await ingest.post(structured, sized(65_537))).status).toBe(413);
  });

  it('counts the attributes in binary mode too', async () => {
    const headers = {
      ...{ 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': 'e' },
      ...{ 'ce-source': '/s', 'ce-type': anyType },
    };
    const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
    const room = 65_536 - attributes.flat().join('').length;
    const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    expect((await ingest.post(headers, text(room))).status).toBe(202);
    expect((await ingest.post(headers, text(room + 1))).json).toMatchObject({
      code: 'event_too_large',
    });
  });
});

it('takes no query', async () => {
  const answer = await ingest.post(structured, good, '/v1/events?key=bhk_x');
  expect(answer.json).toMatchObject({ status: 400, code: 'malformed_request' });
  expect(ingest.published).toEqual([]);
});
