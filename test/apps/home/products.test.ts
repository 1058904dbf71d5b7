// The back ends of the products, each as a process: what they say fits the page, and they keep to
// their limits.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderSlot } from '../../../src/apps/home/look/render-slot.ts';
import { type Product, startProduct } from './start-product.ts';

const names = ['travel', 'insurance', 'energy', 'savings'] as const;
const all = [...names, 'deals'] as const;
const products = new Map<string, Product>();

beforeAll(async () => {
  await Promise.all(all.map(async (name) => products.set(name, await startProduct(name))));
});
afterAll(async () => {
  await Promise.all([...products.values()].map((product) => product.stop()));
});

const product = (name: string) => products.get(name) as Product;
const login = { type: 'user.login', id: 'e-1', acceptedAt: '2026-11-21T08:00:00.000Z', data: {} };

async function contentOf(name: string, user: string | null, event: object = login) {
  const response = await product(name).post('/content', { user, event });
  expect(response.status).toBe(200);
  return (await response.json()) as { template: string; data: { title: string; items: unknown[] } };
}

describe.each(names)('the back end of %s', (name) => {
  it('says what fits the page, to everyone and to anybody', async () => {
    const users = [null, 'ada', 'ben', 'mira', ...Array.from({ length: 30 }, (_, n) => `u-${n}`)];
    for (const user of users) {
      const content = await contentOf(name, user);
      const { html } = renderSlot({ slot: `home.${name}`, content });
      expect(html).toContain(content.data.title);
    }
  });

  it.each<[string, number, string, string | object]>([
    ['no JSON', 400, '/content', '{"user":'],
    ['a list', 400, '/content', '[]'],
    ['no user', 400, '/content', { event: login }],
    ['a user that is a path', 400, '/content', { user: '../x', event: login }],
    ['no event', 400, '/content', { user: 'ada' }],
    ['items that are no ids', 400, '/feedback', { user: 'ada', seen: ['<b>'], clicked: [] }],
    ['101 items', 400, '/feedback', { user: 'a', seen: Array(101).fill('x'), clicked: [] }],
    ['a path that is not there', 404, '/elsewhere', {}],
    ['too much', 413, '/content', { user: 'ada', more: 'x'.repeat(65 * 1024) }],
  ])('refuses %s with %i', async (_what, status, path, body) => {
    const response = await product(name).post(path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });

  it('refuses what is not said to be JSON', async () => {
    const plain = { 'content-type': 'text/plain' };
    expect((await product(name).post('/content', '{}', plain)).status).toBe(415);
  });
});

describe.each(all)('the back end of %s, like every other,', (name) => {
  it('takes feedback', async () => {
    const told = { user: 'zoe', seen: ['a-1'], clicked: ['b-2'] };
    expect((await product(name).post('/feedback', told)).status).toBe(204);
  });

  it('is healthy, and prints one line for a request', async () => {
    const { url, lines } = product(name);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    const line = new RegExp(`^${name} GET /health 200 [0-9.]+ ms$`);
    const healthy = () => lines.filter((text) => text.includes('/health'));
    await expect.poll(healthy).toEqual([expect.stringMatching(line)]);
  });

  // Else the second part would wait for the word that the first has come, some 40 ms.
  it('sends an answer as one piece, over a connection that is kept', async () => {
    const { hostname, port } = new URL(product(name).url);
    const socket = connect(Number(port), hostname);
    const request = `GET /health HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
    for (let asked = 1; asked <= 5; asked += 1) {
      socket.write(request);
      const [piece] = (await once(socket, 'data')) as [Buffer];
      expect(piece.toString()).toMatch(/^HTTP\/1\.1 200 .*\{"status": ?"ok"\}$/s);
    }
    socket.destroy();
  });

  it('ends with 0 when it is told to, answering what it was asked', async () => {
    const own = await startProduct(name);
    await fetch(`${own.url}/health`);
    expect(await own.stop()).toBe(0);
  });
});

describe('what people see', () => {
  it('differs: Ada likes the mountains, Ben the sea', async () => {
    const first = async (user: string) =>
      JSON.stringify((await contentOf('travel', user)).data.items[0]);
    expect(await first('ada')).toContain('travel-lake');
    expect(await first('ben')).toContain('travel-naples');
  });

  it('follows what they click', async () => {
    const clicked = ['travel-crete', 'travel-algarve'];
    await product('travel').post('/feedback', { user: 'carl', seen: [], clicked });
    expect((await contentOf('travel', 'carl')).data.title).toBe('Closer to the sea');
  });

  it('is the quote that Ada saved, and for others an invitation', async () => {
    expect(await contentOf('insurance', 'ada')).toMatchObject({
      template: 'countdown',
      data: {
        kicker: 'Your saved quote',
        buttons: [{ url: expect.stringMatching('home:accept') }, {}],
      },
    });
    expect((await contentOf('insurance', 'ben')).template).toBe('card');
  });

  it('is cheaper energy and more interest for whoever is insured, until they withdraw', async () => {
    const signed = { ...login, type: 'contract.signed', data: { quote: 'Q-1', contract: 'C-1' } };
    const acceptedAt = '2026-11-21T08:00:01.000Z';
    const withdrawn = { ...signed, type: 'contract.withdrawn', acceptedAt };
    for (const [name, better] of [
      ['energy', '8% less, because you are insured'],
      ['savings', '2.60% a year for you'],
    ] as const) {
      const before = await contentOf(name, 'dora');
      expect(JSON.stringify(await contentOf(name, 'dora', signed))).toContain(better);
      expect(JSON.stringify(await contentOf(name, 'dora'))).toContain(better);
      expect(await contentOf(name, 'dora', withdrawn)).toEqual(before);
      expect(await contentOf(name, 'dora')).toEqual(before);
      // What failed at first is asked again, after what came later.
      expect(await contentOf(name, 'dora', signed)).toEqual(before);
    }
  });
});
