import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBundle } from '../../src/wire/bundle-message.ts';
import { splitBundle } from '../../src/wire/split-bundle.ts';
import { aBundle, aDocument, aSlot } from '../fixtures/content.ts';
import { contentBundle } from './arbitraries.ts';

const limits = { maxDocuments: 3, maxBytes: 2_000 };

describe('splitting a bundle', () => {
  it('loses nothing, repeats nothing and keeps the order', () => {
    fc.assert(
      fc.property(contentBundle, (bundle) => {
        const parts = splitBundle(bundle, limits);
        expect({
          lane: bundle.lane,
          documents: parts.flatMap((part) => part.documents),
          generic: parts.flatMap((part) => part.generic),
          resolved: parts.flatMap((part) => part.resolved),
          stored: parts.flatMap((part) => part.stored ?? []),
        }).toEqual({ stored: [], ...bundle });
        expect(parts.every((part) => part.lane === bundle.lane)).toBe(true);
      }),
    );
  });

  it('makes messages within the limits, except of one document that alone is larger', () => {
    fc.assert(
      fc.property(contentBundle, (bundle) => {
        for (const part of splitBundle(bundle, limits)) {
          const count = part.documents.length + part.generic.length;
          expect(count).toBeLessThanOrEqual(limits.maxDocuments);
          const words = part.resolved.length + (part.stored?.length ?? 0);
          const isAlone = count + words === 1;
          if (!isAlone) expect(encodeBundle(part).length).toBeLessThanOrEqual(limits.maxBytes);
        }
      }),
    );
  });

  it('begins another message when the next document has no room in this one', () => {
    const slots = [aSlot({ contentJson: JSON.stringify('x'.repeat(900)) })];
    const documents = ['a', 'b', 'c'].map((user) => aDocument(user, { slots }));
    const parts = splitBundle(aBundle([], { documents }), limits);
    expect(parts.map((part) => part.documents.length)).toEqual([1, 1, 1]);
  });

  it('counts bytes, not characters, and what stands beside the content', () => {
    const heavy: readonly Partial<ReturnType<typeof aSlot>>[] = [
      { contentJson: JSON.stringify('語'.repeat(280)) },
      { event: { source: `/${'s'.repeat(1_000)}`, id: 'e1', type: 'user.login' } },
    ];
    for (const given of heavy) {
      const documents = ['a', 'b', 'c'].map((user) => aDocument(user, { slots: [aSlot(given)] }));
      for (const part of splitBundle(aBundle([], { documents }), limits)) {
        expect(encodeBundle(part).length).toBeLessThanOrEqual(limits.maxBytes);
      }
    }
  });

  it('makes more than one message of more tickets than one may hold', () => {
    const resolved = Array.from({ length: 100 }, () => aBundle(['a']).resolved).flat();
    const parts = splitBundle(aBundle([], { resolved }), limits);
    for (const part of parts) {
      expect(encodeBundle(part).length).toBeLessThanOrEqual(limits.maxBytes);
    }
    expect(parts.flatMap((part) => part.resolved)).toEqual(resolved);
  });

  it('leaves a bundle whole that is small enough', () => {
    const bundle = aBundle(['alice']);
    expect(splitBundle(bundle, limits)).toEqual([{ ...bundle, stored: [] }]);
  });

  it('makes no message of an empty bundle', () => {
    expect(splitBundle(aBundle([], { resolved: [] }), limits)).toEqual([]);
  });

  it('tells of events only with or after the last of the documents', () => {
    const parts = splitBundle(aBundle(['a', 'b', 'c', 'd']), { ...limits, maxBytes: 100_000 });
    expect(parts.map((part) => part.documents.length)).toEqual([3, 1]);
    expect(parts.map((part) => part.resolved.length)).toEqual([0, 1]);
  });
});
