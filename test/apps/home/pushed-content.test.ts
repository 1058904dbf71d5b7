// What a product may push: refused by ingest with the place in it, or shown as the text that it is.

import { describe, expect, it } from 'vitest';
import { config } from '../../../home.config.ts';
import { ajvDataValidator } from '../../../src/outbound/ajv-data-validator.ts';
import { generated } from './call-unit.ts';
import { badPushes, goodPush, titledPush } from './pushes.ts';

const validate = ajvDataValidator(config.events);
const problemsOf = (data: unknown) => validate('product.pushed', data as never);

/** Looks like a deal, and one press on it would make a contract of a quote. */
const button = {
  template: 'card',
  data: {
    ...{ id: 'free', title: 'A free bike', text: 'Only today.', accent: 'rose' },
    buttons: [{ label: 'Show me', url: 'home:accept?quote=Q-1' }],
  },
};

describe('what a product pushes', () => {
  it('is taken when it fits its template', () => {
    expect(problemsOf(goodPush)).toEqual([]);
  });

  it.each(badPushes)('is refused for %s, with the place', (_what, content, pointer) => {
    const problems = problemsOf({ product: 'deals', content });
    expect(problems?.map((problem) => problem.pointer)).toContain(pointer);
    // The first is what a producer is told.
    expect(problems?.[0]?.pointer).toBe(pointer);
  });

  it.each(['@{1+1}', '<img src=x onerror=alert(1)>'])(
    'is text, whatever it says: %s',
    async (title) => {
      const push = titledPush(title);
      expect(problemsOf(push)).toEqual([]);
      const event = { type: 'product.pushed', source: '/products/deals', data: push };
      const made = await generated('home.deals', { event });
      expect(made?.content).toMatchObject({ data: { title } });
      const { html } = (made as { content: { html: string } }).content;
      expect(html).toContain(title.startsWith('@') ? title : '&lt;img src=x onerror=alert(1)');
      expect(html).not.toContain('<img src=x');
    },
  );

  it('is for nobody when another source says it', async () => {
    const event = { type: 'product.pushed', source: '/products/travel', data: goodPush };
    await expect(generated('home.deals', { event })).rejects.toThrow(
      'Only /products/deals may push for deals, and not /products/travel.',
    );
  });

  it.each([
    ['in a button', { ...button, fallback: undefined }],
    ['in its fallback alone', { ...goodPush.content, fallback: button }],
  ])('signs no contract of another product, %s', async (_where, content) => {
    const data = JSON.parse(JSON.stringify({ product: 'deals', content }));
    expect(problemsOf(data)).toEqual([]);
    const event = { type: 'product.pushed', source: '/products/deals', user: 'ada', data };
    await expect(generated('home.deals', { event })).rejects.toThrow(
      'no button of deals may ask for home:accept: it is not defined with that.',
    );
  });

  it('is all that its key is good for, and who reports nothing has no key', () => {
    const keys = Object.entries(config.services ?? {}).map(([name, { source, types }]) => {
      return [name, source, types];
    });
    expect(keys.toSorted()).toEqual([
      ['deals', '/products/deals', ['product.pushed']],
      ['energy', undefined, undefined],
      ['insurance', '/products/insurance', ['quote.saved']],
      ['savings', undefined, undefined],
      ['travel', undefined, undefined],
    ]);
  });

  it('stays for everyone until there is more, and for a person as long as it says', async () => {
    const event = { type: 'product.pushed', source: '/products/deals', data: goodPush };
    const forAda = await generated('home.deals', { event: { ...event, user: 'ada' } });
    expect(forAda?.expiresAt).toEqual(new Date('2026-11-21T08:09:00.000Z'));
    const forAll = await generated('home.deals.generic', { event: { ...event, user: '' } });
    expect(forAll?.expiresAt).toBeUndefined();
    expect(forAll?.content).toMatchObject({ template: 'carousel' });
  });
});
