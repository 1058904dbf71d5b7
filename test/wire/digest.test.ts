import { expect, it } from 'vitest';
import { digestOf } from '../../src/wire/digest.ts';

it('gives the same digest whatever the order of keys', () => {
  expect(digestOf('user.login', { a: 1, b: { c: [2, 3], d: null } })).toBe(
    digestOf('user.login', { b: { d: null, c: [2, 3] }, a: 1 }),
  );
});

it.each([
  ['another type', 'user.logout', { a: [1, 2] }],
  ['other data', 'user.login', { a: [1, 3] }],
  ['another order of an array', 'user.login', { a: [2, 1] }],
  ['a text instead of a number', 'user.login', { a: ['1', 2] }],
])('gives another digest for %s', (_what, type, data) => {
  expect(digestOf(type, data)).not.toBe(digestOf('user.login', { a: [1, 2] }));
});

it('refuses data that is nested too deeply', () => {
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect(() => digestOf('user.login', deep)).toThrowError(
    expect.objectContaining({ code: 'rejected' }),
  );
});
