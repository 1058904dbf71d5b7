import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/json.ts';
import {
  decodeContentRequest,
  encodeContentRequest,
} from '../../src/wire/content-request-message.ts';
import { decodeEvent, encodeEvent } from '../../src/wire/event-message.ts';
import { decodePageRequest, encodePageRequest } from '../../src/wire/page-request-message.ts';
import { acceptedEvent } from '../contract/event-queue-contract.ts';
import { contentJson, user } from './arbitraries.ts';

describe('the message of an event', () => {
  it('brings any event as it was', () => {
    fc.assert(
      fc.property(
        contentJson.map((text): Json => JSON.parse(text)),
        fc.option(user),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        (data, user, id) => {
          const event = acceptedEvent(id, { user, data });
          expect(decodeEvent(encodeEvent(event))).toEqual(event);
        },
      ),
    );
  });

  it('ignores what a later release may have added', () => {
    const event = acceptedEvent('e1');
    const later = { ...event, shade: 'blue' };
    expect(decodeEvent(encodeEvent(later))).toEqual(event);
  });

  it.each([
    ['source', ''],
    ['id', 7],
    ['user', '.hidden'],
    ['user', 'a/b'],
    ['lane', 'fast'],
    ['stamp', -1],
    ['ticket', 'x'.repeat(65)],
    ['digest', 'ABC'],
    ['acceptedAtMs', 'yesterday'],
    ['data', undefined],
  ])('is refused when %s is %j', (name, value) => {
    const event = { ...acceptedEvent('e1'), [name]: value };
    expect(() => decodeEvent(encodeEvent(event))).toThrowError(
      expect.objectContaining({ code: 'rejected', message: expect.stringContaining(name) }),
    );
  });
});

describe('the message of a page request', () => {
  const request = { instance: 'eu-1', region: 'eu', snapshotId: 's1', after: 'alice' };

  it('brings a request as it was', () => {
    expect(decodePageRequest(encodePageRequest(request), 'pages.eu')).toEqual(request);
    const first = { ...request, after: null };
    expect(decodePageRequest(encodePageRequest(first), 'pages.eu')).toEqual(first);
  });

  it.each(['#', 'eu.1', '*', ''])('is refused from the instance "%s"', (instance) => {
    const body = encodePageRequest({ ...request, instance });
    expect(() => decodePageRequest(body, 'pages.eu')).toThrowError(
      expect.objectContaining({ code: 'rejected', message: expect.stringContaining('instance') }),
    );
  });

  it('is refused when it came by the key of another region', () => {
    expect(() => decodePageRequest(encodePageRequest(request), 'pages.us')).toThrowError(
      expect.objectContaining({ code: 'rejected', message: expect.stringContaining('pages.us') }),
    );
  });
});

describe('the message of a content request', () => {
  const request = { user: 'alice', slot: 'offers', basis: 7_353_335_808_503_808 };

  it('brings a request as it was', () => {
    expect(decodeContentRequest(encodeContentRequest(request))).toEqual(request);
  });

  it.each([
    ['user', '../alice'],
    ['user', 'me'],
    ['slot', ''],
    ['basis', -1],
    ['basis', 0.5],
    ['basis', 2 ** 53],
    ['basis', '0'],
  ])('is refused when %s is %j', (name, value) => {
    const bad = { ...request, [name]: value };
    expect(() => decodeContentRequest(encodeContentRequest(bad))).toThrowError(
      expect.objectContaining({ code: 'rejected', message: expect.stringContaining(name) }),
    );
  });
});
