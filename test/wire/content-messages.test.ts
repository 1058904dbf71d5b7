import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSlotBytes } from '../../src/domain/document.ts';
import { decodeLaneMessage, encodeBundle } from '../../src/wire/bundle-message.ts';
import { encodeMarker } from '../../src/wire/marker-message.ts';
import { decodePage, encodePage } from '../../src/wire/page-message.ts';
import { aBundle, aDocument, aGeneric, aSlot } from '../fixtures/content.ts';
import { contentBundle, snapshotPage } from './arbitraries.ts';

describe('messages with content', () => {
  it('bring any bundle as it was, content byte for byte', () => {
    fc.assert(
      fc.property(contentBundle, (bundle) => {
        expect(decodeLaneMessage(encodeBundle(bundle))).toEqual({ kind: 'bundle', bundle });
      }),
    );
  });

  it('bring any page as it was, content byte for byte', () => {
    fc.assert(
      fc.property(snapshotPage, (page) => {
        expect(decodePage(encodePage(page))).toEqual(page);
      }),
    );
  });

  it('bring content that is nested as deeply as a slot has room for', () => {
    const contentJson = `${'['.repeat(maxSlotBytes / 2)}${']'.repeat(maxSlotBytes / 2)}`;
    const bundle = aBundle([], { documents: [aDocument('alice', { slots: [slot(contentJson)] })] });
    expect(decodeLaneMessage(encodeBundle(bundle))).toEqual({ kind: 'bundle', bundle });
  });

  it('turn line feeds between tokens into spaces', () => {
    const page = { snapshotId: 's', documents: [], next: null };
    const encoded = encodePage({ ...page, generic: [aGeneric({ contentJson: '{\n "a": 1\n}' })] });
    expect(decodePage(encoded).generic[0]?.contentJson).toBe('{  "a": 1 }');
  });

  it('of a worker that knows of nothing withdrawn say that nothing is', () => {
    const page = { snapshotId: 's', documents: [], next: null };
    const generic = [aGeneric({ withdrawnBelow: 7 })];
    const older = encodePage({ ...page, generic })
      .toString()
      .replace(',"withdrawnBelow":7', '');
    expect(decodePage(Buffer.from(older)).generic).toEqual([aGeneric({ withdrawnBelow: 0 })]);
  });

  it('are JSON on every line, for people', () => {
    const lines = encodeBundle(aBundle(['alice', 'bob']))
      .toString()
      .split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('bring a marker in the same lane', () => {
    expect(decodeLaneMessage(encodeMarker('m1'))).toEqual({ kind: 'marker', id: 'm1' });
  });
});

describe('messages with content are refused', () => {
  const good = encodeBundle(aBundle(['alice'])).toString();

  it.each([
    ['of no bytes', '', 'The message is not JSON.'],
    ['that are no JSON', 'hello', 'The message is not JSON.'],
    ['that are no object', '[]', 'The message has no kind.'],
    ['without a kind', '{"schema":1}', 'The message has no kind.'],
    ['of a later schema', good.replace('"schema":1', '"schema":2'), 'schema 2 is unknown'],
    ['of schema 0', good.replace('"schema":1', '"schema":0'), 'schema 0 is unknown'],
    ['whose schema is a text', good.replace('"schema":1', '"schema":"1"'), 'schema "1" is unknown'],
    ['of another kind', good.replace('"bundle"', '"page"'), 'Expected the kind "bundle"'],
    ['of an unknown lane', good.replace('"interactive"', '"fast"'), 'bundle: /lane'],
    [
      'with a negative version',
      good.replace('"version":1', '"version":-1'),
      '/documents/0/version',
    ],
    ['with a broken version', good.replace('"version":1', '"version":1.5'), '/documents/0/version'],
    [
      'with a version beyond exact',
      good.replace('"version":1', '"version":9007199254740992'),
      '/0/',
    ],
    ['of what is no user', good.replace('"alice"', '"../alice"'), 'A document is not of a user.'],
    ['of an unknown outcome', good.replace('"stored"', '"lost"'), '/resolved/0/outcome'],
    ['without a line of content', good.split('\n')[0] ?? '', 'A line of content is missing.'],
    ['with a line too many', `${good}\n{}`, '1 line(s) of content too many.'],
    ['with content that is no JSON', good.replace('"Welcome"', 'Welcome'), 'is not JSON'],
    ['with too much content', good.replace('Welcome', 'x'.repeat(maxSlotBytes)), 'has more than'],
    ['that are too large', good.padEnd(12 * 1024 * 1024 + 1), 'The message has 12582913 bytes.'],
  ])('%s', (_what, text, problem) => {
    expect(() => decodeLaneMessage(Buffer.from(text))).toThrowError(
      expect.objectContaining({ code: 'rejected', message: expect.stringContaining(problem) }),
    );
  });
});

function slot(contentJson: string) {
  return aSlot({ contentJson });
}
