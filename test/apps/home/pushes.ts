// What the deals team might push: good, bad in all ways, and merely strange.

const item = {
  ...{ id: 'deals-lamp', title: 'Reading lamp', image: '/assets/deals-lamp.svg' },
  ...{ price: '€39', url: 'https://deals.example/goods/lamp' },
};
const data = { title: 'Best deals right now', accent: 'rose', items: [item] };
const good = { template: 'carousel', data, expiresInS: 540 };

export const goodPush = { product: 'deals', content: good };
export const titledPush = (title: string) => ({
  product: 'deals',
  content: { ...good, data: { ...data, title } },
});

const withItem = (change: object) => ({
  ...good,
  data: { ...data, items: [{ ...item, ...change }] },
});

/** What it is, the content, and where ingest says that it is wrong. */
export const badPushes: [string, unknown, string][] = [
  ['no object', 'rubbish', '/content'],
  ['an unknown template', { ...good, template: 'marquee' }, '/content/template'],
  ['a member too many', { ...good, data: { ...data, color: 'red' } }, '/content/data'],
  ['a missing title', { ...good, data: { accent: 'rose', items: [item] } }, '/content/data'],
  ['a javascript: URL', withItem({ url: 'javascript:alert(1)' }), '/content/data/items/0/url'],
  ['a link to elsewhere', withItem({ url: 'https://evil.example/' }), '/content/data/items/0/url'],
  [
    'a picture of elsewhere',
    withItem({ image: '//evil.example/x.svg' }),
    '/content/data/items/0/image',
  ],
  ['a title of a page', withItem({ title: 'x'.repeat(500) }), '/content/data/items/0/title'],
];
