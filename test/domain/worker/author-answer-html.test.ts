// HTML that a generator made, checked before anybody stores it, and only where there is a page.

import { describe, expect, it, vi } from 'vitest';
import { defineEvent, defineGenerator } from '../../../src/domain/authors.ts';
import { defineConfig } from '../../../src/domain/config.ts';
import type { Json } from '../../../src/domain/json.ts';
import { createAuthorCaller } from '../../../src/domain/worker/call-author.ts';
import { createUnitFinder } from '../../../src/domain/worker/units.ts';
import { anEvent } from '../../fixtures/events.ts';

const login = defineEvent({ type: 'user.login', schema: {} });
const page = { folder: new URL('./web/', import.meta.url) };

function generate(content: Json, { hasPage }: { hasPage: boolean }) {
  const generator = defineGenerator({ slot: 'offers', on: [login], generate: () => ({ content }) });
  const config = defineConfig({
    ...{ regions: ['eu'], events: [login], slots: { offers: { generic: null } } },
    ...{ generators: [generator], reactions: [], ...(hasPage && { page }) },
  });
  const call = createAuthorCaller({ config, nowMs: () => 1, observe: () => {} });
  const event = anEvent({ id: 'e1' });
  const [unit] = createUnitFinder(config)(event);
  if (unit === undefined) throw new Error('The event has no unit.');
  return call({ event, unit, earlier: [], previousJson: null, alone: false, attempts: 0 });
}

describe('where the configuration has a page', () => {
  it.each<[string, Json, string]>([
    ['no string', { html: 1 }, 'html is number; it must be a string.'],
    ['a script', { html: '<script></script>' }, 'may not have <script>'],
    ['an element left open', { a: 1, html: '<div>', b: 2 }, 'html: <div> does not end.'],
  ])('HTML that is refused fails its unit: %s', async (_what, content, error) => {
    expect(await generate(content, { hasPage: true })).toMatchObject({
      ...{ kind: 'failed', reason: 'bad_html' },
      error: expect.stringContaining(error),
    });
  });

  it('counts as content, and stands last in it', async () => {
    const content = { html: '<p>x</p>', title: 'x' };
    expect(await generate(content, { hasPage: true })).toMatchObject({
      contentJson: '{"title":"x","html":"<p>x</p>"}',
    });
    const large = { html: 'x'.repeat(33_000) };
    expect(await generate(large, { hasPage: true })).toMatchObject({ reason: 'too_large' });
  });

  it.each([
    ['last', { title: 'x'.repeat(9_000), html: '<p>x</p>' }, 10],
    ['elsewhere', { html: '<p>x</p>', title: 'x'.repeat(9_000) }, 10_000],
  ])(
    'is read back once at most, and its HTML alone where that stands %s',
    async (_where, content, most) => {
      const parse = vi.spyOn(JSON, 'parse');
      try {
        expect(await generate(content, { hasPage: true })).toMatchObject({ kind: 'content' });
        const parsed = parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
        expect(parsed).toBeLessThanOrEqual(most);
      } finally {
        parse.mockRestore();
      }
    },
  );

  it.each<[string, Json]>([
    ['none', { title: 'x' }],
    ['a name deeper down', { card: { html: 1 } }],
    ['a list', [{ html: 1 }]],
    ['text', '"html":'],
  ])('nothing is asked of content with %s', async (_what, content) => {
    expect(await generate(content, { hasPage: true })).toMatchObject({
      contentJson: JSON.stringify(content),
    });
  });
});

describe('where it has none', () => {
  it('html is a member like any other', async () => {
    const content = { html: '<script>', title: 'x' };
    expect(await generate(content, { hasPage: false })).toMatchObject({
      contentJson: JSON.stringify(content),
    });
  });
});
