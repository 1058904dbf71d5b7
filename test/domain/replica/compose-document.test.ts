// The body a client reads, to the byte.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/json.ts';
import {
  createDocumentComposer,
  lackingSlots,
} from '../../../src/domain/replica/compose-document.ts';
import { aDocument, aGeneric, aSlot } from '../../fixtures/content.ts';

/** 2026-11-21T08:00:00.000Z */
const nowMs = 1_795_248_000_000;

const slots = { offers: { generic: { of: 'file' } }, 'books.similar': { generic: [] } };
const compose = createDocumentComposer(slots);
const unknown = { user: 'alice', document: null, generic: [], nowMs, isPending: () => false };

type Body = { version: number; slots: { [slot: string]: { state: string; content: Json } } };

function body(call: Partial<Parameters<typeof compose.document>[0]>): Body {
  return JSON.parse(compose.document({ ...unknown, ...call }).json);
}

describe('a document', () => {
  it('has its members in this order, and content as it was made', () => {
    const contentJson = '{ "price": 1.10, "n": 12345678901234567890 }';
    const document = aDocument('alice', {
      version: 1_795_248_000_123,
      slots: [
        aSlot({
          contentJson,
          event: { source: '/shop', id: 'e-17', type: 'user.login' },
          generatedAtMs: nowMs + 120,
          expiresAtMs: nowMs + 43_200_000,
        }),
      ],
    });
    expect(compose.document({ ...unknown, document }).json).toBe(
      '{"user":"alice","version":1795248000123,"slots":{' +
        '"offers":{"state":"personal","stamp":7353335808503808,' +
        '"event":{"source":"/shop","id":"e-17","type":"user.login"},' +
        '"generatedAt":"2026-11-21T08:00:00.120Z","expiresAt":"2026-11-21T20:00:00.000Z",' +
        '"content":{ "price": 1.10, "n": 12345678901234567890 }},' +
        '"books.similar":{"state":"generic","content":[]}}}',
    );
  });

  it('lists slots in the order of the configuration, whatever the order they are stored in', () => {
    const document = aDocument('alice', { slots: [aSlot({ slot: 'books.similar' }), aSlot()] });
    expect(Object.keys(body({ document }).slots)).toEqual(['offers', 'books.similar']);
  });

  it('leaves out a slot that the configuration no longer has', () => {
    const document = aDocument('alice', { slots: [aSlot({ slot: 'gone' })] });
    const generic = [aGeneric({ slot: 'gone' })];
    expect(Object.keys(body({ document, generic }).slots)).toEqual(['offers', 'books.similar']);
  });

  it('says nothing of an expiry there is not', () => {
    expect(body({ document: aDocument('alice') }).slots.offers).not.toHaveProperty('expiresAt');
  });

  it.each([
    ['a millisecond before its expiry', -1, 'personal'],
    ['at its expiry', 0, 'generic'],
    ['after its expiry', 1, 'generic'],
  ])('shows personal content %s as %s', (_when, sinceExpiryMs, state) => {
    const document = aDocument('alice', { slots: [aSlot({ expiresAtMs: nowMs })] });
    expect(body({ document, nowMs: nowMs + sinceExpiryMs }).slots.offers?.state).toBe(state);
  });

  it('shows generated generic content before the one in the configuration', () => {
    expect(body({ generic: [aGeneric()] }).slots.offers).toEqual({
      state: 'generic',
      content: { for: 'everyone' },
    });
  });

  it('falls back to the configuration when generic content has expired', () => {
    const generic = [aGeneric({ expiresAtMs: nowMs })];
    expect(body({ generic }).slots.offers).toEqual({ state: 'generic', content: { of: 'file' } });
  });

  it('has version 0 for whom nothing is stored', () => {
    expect(body({}).version).toBe(0);
  });

  it('marks as pending what may be on its way, and nothing that is there', () => {
    const document = aDocument('alice');
    const states = Object.values(body({ document, isPending: () => true }).slots);
    expect(states.map(({ state }) => state)).toEqual(['personal', 'pending']);
  });

  it('says which slots show generic content', () => {
    expect(compose.document({ ...unknown, document: aDocument('alice') }).filled).toEqual([
      'books.similar',
    ]);
    expect(compose.document(unknown).filled).toEqual(['offers', 'books.similar']);
  });

  it.each([
    ['nothing that expires', [], [], null],
    ['personal content', [aSlot({ expiresAtMs: nowMs + 5 })], [], nowMs + 5],
    [
      'generic content in a slot without any',
      [],
      [aGeneric({ expiresAtMs: nowMs + 7 })],
      nowMs + 7,
    ],
    [
      'personal content before generic content of the slot',
      [aSlot({ expiresAtMs: null })],
      [aGeneric({ expiresAtMs: nowMs + 7 })],
      null,
    ],
    ['what has expired already', [aSlot({ expiresAtMs: nowMs })], [], null],
  ])('says until when it is to be shown: %s', (_what, own, generic, shownUntilMs) => {
    const document = aDocument('alice', { slots: own });
    expect(compose.document({ ...unknown, document, generic }).shownUntilMs).toBe(shownUntilMs);
  });

  it('is JSON whatever users, slots and events are called and hold', () => {
    const content = fc.json();
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, content, (user, source, id, contentJson) => {
        const event = { source, id, type: 'user.login' };
        const document = aDocument(user, { slots: [aSlot({ event, contentJson })] });
        expect(body({ user, document })).toMatchObject({
          user,
          slots: { offers: { event, content: JSON.parse(contentJson) } },
        });
      }),
    );
  });
});

describe('one slot', () => {
  it('is the same bytes as in the document', () => {
    const call = {
      ...unknown,
      document: aDocument('alice'),
      generic: [aGeneric({ slot: 'offers' })],
    };
    for (const slot of Object.keys(slots)) {
      expect(compose.document(call).json).toContain(`"${slot}":${compose.slot(call, slot)}`);
    }
  });

  it.each(['gone', '', 'stream', '__proto__', 'constructor', 'toString'])(
    'is not there under the name "%s"',
    (slot) => {
      const document = aDocument('alice', { slots: [aSlot({ slot })] });
      expect(compose.slot({ ...unknown, document }, slot)).toBeNull();
    },
  );
});

describe('the generic document', () => {
  it('has every slot as somebody unknown is shown it', () => {
    const call = { generic: [aGeneric()], nowMs };
    expect(JSON.parse(compose.genericDocument(call, 'generic').json)).toEqual({
      slots: body(call).slots,
    });
  });
});

describe('the key of what is not personal in a body', () => {
  it('changes with generic content, its expiry and the configuration, and with nothing else', () => {
    const other = createDocumentComposer({ ...slots, more: { generic: 1 } });
    const generic = [aGeneric({ version: 3, expiresAtMs: nowMs + 1 })];
    const key = compose.key({ generic, nowMs });
    expect(compose.key({ generic: [...generic], nowMs: nowMs - 9 })).toBe(key);
    expect(compose.key({ generic: [aGeneric({ version: 4 })], nowMs })).not.toBe(key);
    expect(compose.key({ generic, nowMs: nowMs + 1 })).not.toBe(key);
    expect(other.key({ generic, nowMs })).not.toBe(key);
  });
});

describe('slots that lack personal content', () => {
  it('are those never filled, and those whose content has expired, with its stamp', () => {
    const expired = aSlot({ stamp: 77, expiresAtMs: nowMs });
    const document = aDocument('alice', { slots: [expired] });
    expect(lackingSlots(['offers', 'books'], document, nowMs)).toEqual([
      { slot: 'offers', basis: 77 },
      { slot: 'books', basis: 0 },
    ]);
    expect(lackingSlots(['offers'], document, nowMs - 1)).toEqual([]);
    expect(lackingSlots(['offers'], null, nowMs)).toEqual([{ slot: 'offers', basis: 0 }]);
  });
});
