// Validators of bodies, in the form that Nginx gives to files.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etagOf, isKnown } from '../../src/inbound/http-etag.ts';

describe('the validator of a body', () => {
  it('is what Nginx makes of a file with that time and size', () => {
    // SHA-256 of nothing begins with e3b0c442; shifted by the one bit that no file time has.
    expect(etagOf(Buffer.from(''))).toBe('"71d86221-0"');
    expect(etagOf(Buffer.alloc(255))).toMatch(/^"[1-9a-f][0-9a-f]*-ff"$/);
  });

  it('fits into the time of a file on every file system', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        const [, hash = '', size = ''] = /^"([0-9a-f]+)-([0-9a-f]+)"$/.exec(etagOf(body)) ?? [];
        expect(Number.parseInt(hash, 16)).toBeLessThan(2 ** 31);
        expect(Number.parseInt(size, 16)).toBe(body.length);
      }),
    );
  });

  it('counts bytes, not characters, and tells bodies of equal size apart', () => {
    expect(etagOf(Buffer.from('é'))).toMatch(/-2"$/);
    expect(etagOf(Buffer.from('a'))).not.toBe(etagOf(Buffer.from('b')));
  });
});

describe('If-None-Match', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['"a-1"', true],
    ['W/"a-1"', true],
    ['"b-1" , W/"a-1"', true],
    ['"x,"a-1"', false],
    ['"b,c","a-1"', true],
    ['*', true],
    ['"*"', false],
    ['"A-1"', false],
    ['a-1', false],
    ['"a-1', false],
  ])('%j knows "a-1": %s', (condition, expected) => {
    expect(isKnown(condition, '"a-1"')).toBe(expected);
  });
});
