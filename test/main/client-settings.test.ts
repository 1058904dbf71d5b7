// The settings of the clients' door that are more than numbers.

import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../src/main/client-settings.ts';
import { readSettings } from '../../src/main/settings.ts';

const { corsOrigins, tokenCookie } = clientSettings;
const read = (env: { [name: string]: string }) => readSettings({ corsOrigins, tokenCookie }, env);

describe('the origins that may read', () => {
  it('are none unless some are named', () => {
    expect(read({}).corsOrigins).toEqual([]);
    const given = ' https://shop.example  http://localhost:5173 ';
    expect(read({ BEFOREHAND_CORS_ORIGINS: given }).corsOrigins).toEqual([
      'https://shop.example',
      'http://localhost:5173',
    ]);
  });

  it.each([
    ...['*', 'null', 'https://*.example', 'shop.example', 'https://shop.example/', 'file:///x'],
    ...['https://Shop.example', 'https://shop.example:443', 'https://a.example,https://b.example'],
  ])('are written as browsers write them, or refused: %s', (given) => {
    expect(() => read({ BEFOREHAND_CORS_ORIGINS: given })).toThrow(/^BEFOREHAND_CORS_ORIGINS must/);
  });
});

describe('the name of the cookie', () => {
  it('has a default and may be another one', () => {
    expect(read({}).tokenCookie).toBe('beforehand_token');
    expect(read({ BEFOREHAND_TOKEN_COOKIE: 'session_2' }).tokenCookie).toBe('session_2');
  });

  it.each(['a b', 'a-b', 'a=b', 'a;b', 'ä', 'a'.repeat(65)])('is a plain word: %s', (given) => {
    expect(() => read({ BEFOREHAND_TOKEN_COOKIE: given })).toThrow(/^BEFOREHAND_TOKEN_COOKIE must/);
  });
});
