import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOrder, type OrderKey } from '../../src/domain/order.ts';

/** Few stamps and short texts, so that every rule of the order has to decide. */
const text = fc.string({ unit: 'binary', maxLength: 2 });
const key = fc.record({ stamp: fc.integer({ min: 0, max: 2 }), source: text, id: text });

describe('the order of events', () => {
  it('is by stamp, then source, then id, as Postgres compares their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 20 }), (keys) => {
        expect([...keys].sort(compareOrder)).toEqual([...keys].sort(compareAsPostgres));
      }),
    );
  });

  it('is total', () => {
    fc.assert(
      fc.property(key, key, key, (a, b, c) => {
        expect(Math.sign(compareOrder(a, b)) + Math.sign(compareOrder(b, a))).toBe(0);
        const isSame = a.stamp === b.stamp && a.source === b.source && a.id === b.id;
        expect(compareOrder(a, b) === 0).toBe(isSame);
        if (compareOrder(a, b) < 0 && compareOrder(b, c) < 0) {
          expect(compareOrder(a, c)).toBeLessThan(0);
        }
      }),
    );
  });

  it('puts U+FFFD before an emoji, which UTF-16 units would not', () => {
    const replacement = { stamp: 1, source: '\uFFFD', id: '' };
    const emoji = { stamp: 1, source: '😀', id: '' };
    expect(compareOrder(replacement, emoji)).toBeLessThan(0);
    expect('\uFFFD' > '😀').toBe(true);
  });
});

/** Written down once more, in another way: code points sort like the bytes that UTF-8 makes. */
function compareAsPostgres(a: OrderKey, b: OrderKey): number {
  if (a.stamp !== b.stamp) return a.stamp - b.stamp;
  return compareCodePoints(a.source, b.source) || compareCodePoints(a.id, b.id);
}

function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at] ?? 0) - (right[at] ?? -1);
}
