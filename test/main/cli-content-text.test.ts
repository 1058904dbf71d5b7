// How content looks in a line.

import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../src/main/cli-content-text.ts';

describe('content in a line', () => {
  it('is its headline, that of a template included', () => {
    expect(headlineOf('{"code":7,"headline":"Welcome back"}', null)).toBe('Welcome back');
    const card = { template: 'card', data: { title: 'Cover for your car' }, card: {} };
    expect(headlineOf(JSON.stringify(card), null)).toBe('Cover for your car');
    expect(headlineOf(JSON.stringify({ ...card, title: 'Its own' }), null)).toBe('Its own');
  });

  it('is the beginning of its JSON where it has none', () => {
    expect(headlineOf('{"title":"","data":[1,2]}', 10)).toBe('{"title":…');
    expect(headlineOf('null', 10)).toBe('null');
  });
});
