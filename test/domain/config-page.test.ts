// What a configuration may say about its page, and about the programs beside it.

import { describe, expect, it } from 'vitest';
import { type Config, defineConfig } from '../../src/domain/config.ts';
import { createPageComposer } from '../../src/domain/replica/compose-page.ts';

const valid: Config = {
  regions: ['eu'],
  events: [],
  slots: { offers: { generic: null }, 'home.order': { generic: { slots: [] } } },
  generators: [],
  reactions: [],
};

const folder = new URL('./web/home/', import.meta.url);
const service = { command: ['python3', 'savings.py'], url: 'HOME_SAVINGS_URL' };

describe('defineConfig', () => {
  it.each<[string, Partial<Config>]>([
    ['a page', { page: { folder } }],
    ['a page whose order is a slot', { page: { folder, order: 'home.order' } }],
    ['no service', { services: {} }],
    ['services', { services: { savings: service, 'home-x': { ...service, url: 'X_2' } } }],
    ['a service that sends events', { services: { a: { ...service, source: '/home/a' } } }],
    [
      'a service that sends some',
      { services: { a: { ...service, source: '/home/a', types: ['product.pushed'] } } },
    ],
  ])('takes %s', (_what, change) => {
    const config = { ...valid, ...change };
    expect(defineConfig(config)).toBe(config);
  });

  const notUrl = './web/home/' as unknown as URL;
  const services = (change: object) => ({ services: { savings: { ...service, ...change } } });
  it.each<[string, Partial<Config>, string]>([
    ['a folder that is text', { page: { folder: notUrl } }, 'page: folder must be the URL'],
    ['a folder elsewhere', { page: { folder: new URL('https://a.example/') } }, 'page: folder'],
    [
      'a folder that is a file',
      { page: { folder: new URL('file:///home/shell.html') } },
      'page: folder',
    ],
    [
      'an order that is no slot',
      { page: { folder, order: 'nowhere' } },
      'page: order names slot "nowhere", which slots does not list.',
    ],
    [
      'an order that is inherited',
      { page: { folder, order: 'constructor' } },
      'page: order names slot "constructor"',
    ],
    ['a service in capitals', { services: { Savings: service } }, 'services: "Savings" must match'],
    ['a service with a dot', { services: { 'home.x': service } }, 'services: "home.x" must match'],
    ['every source', services({ source: '/*' }), 'services: "savings" needs a source'],
    ['a source of nowhere', services({ source: 'deals' }), 'services: "savings" needs a source'],
    [
      'the source of browsers',
      services({ source: '/clients/ada' }),
      'services: "savings" cannot have the source /clients/ada, which no key is good for.',
    ],
    ['types of nobody', services({ types: ['a.b'] }), 'services: "savings" needs types such as'],
    ['all types', services({ source: '/a', types: ['*'] }), 'services: "savings" needs types'],
    ['no types', services({ source: '/a', types: [] }), 'services: "savings" needs types such as'],
    ['no program', services({ command: [] }), 'services: "savings" needs a command'],
    ['an empty program', services({ command: [''] }), 'services: "savings" needs a command'],
    ['a command line', services({ command: 'node x.mjs' }), 'services: "savings" needs a command'],
    ['a URL itself', services({ url: 'http://127.0.0.1' }), 'services: "savings" needs url'],
    ['no variable', services({ url: undefined }), 'services: "savings" needs url'],
    [
      'a variable of every program',
      services({ url: 'PATH' }),
      'services: "savings" cannot have its URL in PATH',
    ],
    [
      'a setting of ours',
      services({ url: 'BEFOREHAND_INGEST_URL' }),
      'services: "savings" cannot have its URL in BEFOREHAND_INGEST_URL',
    ],
    [
      'two services of one variable',
      { services: { savings: service, deals: service } },
      'services: "deals" and "savings" both have their URL in HOME_SAVINGS_URL.',
    ],
  ])('refuses %s', (_what, change, problem) => {
    expect(() => defineConfig({ ...valid, ...change })).toThrow(problem);
    expect(() => defineConfig({ ...valid, ...change })).toThrow('has 1 problem(s)');
  });
});

describe('a page', () => {
  it.each([
    ['is not whole', '<p>offers', 'slots: generic content of "offers": html: <p> does not end.'],
    ['is no text', 7, 'slots: generic content of "offers": html is number; it must be a string.'],
  ])('is not composed where generic content has HTML that %s', (_what, html, problem) => {
    const slots = { offers: { generic: { html } } };
    expect(() => createPageComposer(slots, { shell: '<!-- slots -->' })).toThrow(problem);
  });
});
