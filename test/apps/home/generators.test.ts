// The generators and reactions of the products, called directly: with real back ends, and with one that
// answers what a test wants.

import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listenHttp } from '../../http-listener.ts';
import { generated, reacted } from './call-unit.ts';
import { type Product, startProduct } from './start-product.ts';

let travel: Product;

beforeAll(async () => {
  travel = await startProduct('travel');
});
afterEach(() => {
  delete process.env.HOME_TRAVEL_URL;
});
afterAll(() => travel.stop());

/** Answers for travel, until the test ends. */
async function answering(answer: RequestListener, test: () => Promise<void>): Promise<void> {
  const { url, close } = await listenHttp(answer);
  process.env.HOME_TRAVEL_URL = url;
  await test();
  await close();
}

describe('a generator of a product', () => {
  it('makes a card and its HTML of what the back end says, and of the same the same', async () => {
    process.env.HOME_TRAVEL_URL = `${travel.url}/`;
    const made = await generated('home.travel', { event: { user: 'ada' } });
    expect(made).toMatchObject({
      content: { template: 'carousel', html: expect.stringContaining('mountains') },
      expiresAt: new Date('2026-11-21T20:00:00.000Z'),
    });
    expect(await generated('home.travel', { event: { user: 'ada' } })).toEqual(made);
    const forAll = await generated('home.travel.generic', { event: { user: '' } });
    expect(forAll?.expiresAt).toBeUndefined();
    expect(JSON.stringify(forAll?.content)).toContain('Away from it all');
  });

  it('leaves its slot alone when the product is nowhere, or has nothing to say', async () => {
    expect(await generated('home.travel', { event: {} })).toBeUndefined();
    await answering(
      (_request, response) => response.writeHead(204).end(),
      async () => expect(await generated('home.travel', { event: {} })).toBeUndefined(),
    );
  });

  it.each<[string, RequestListener, string]>([
    [
      'breaks down',
      (_request, response) => response.writeHead(500).end('no database'),
      'travel answered /content with 500: its log says why. no database',
    ],
    [
      'is asked wrongly',
      (_request, response) => response.writeHead(400).end('{"error":"user?"}'),
      'travel refuses /content with 400: {"error":"user?"}',
    ],
    [
      'sends a page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'travel answered /content with text/html: its team must send application/json.',
    ],
    [
      'sends us elsewhere',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      'travel did not answer /content: start it, or correct HOME_TRAVEL_URL. unexpected redirect',
    ],
    [
      'sends without end',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = () => {
          while (!response.destroyed && response.write('[1,2,3,4,5,6,7,8,9,'.repeat(500)));
        };
        response.on('drain', more);
        more();
      },
      'travel answered /content with more than 65536 bytes: its team must send less.',
    ],
    [
      'sends little that unpacks to much',
      (_request, response) => {
        const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
        response.writeHead(200, packed).end(gzipSync(Buffer.alloc(50_000_000, '[')));
      },
      'travel answered /content with more than 65536 bytes: its team must send less.',
    ],
    [
      'says that it packed what it did not',
      (_request, response) => {
        const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
        response.writeHead(200, packed).end('{}');
      },
      'travel broke off its answer to /content.',
    ],
    [
      'hangs up',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9' });
        response.write('{"', () => response.destroy());
      },
      'travel broke off its answer to /content.',
    ],
  ])('says what to do when the product %s', async (_what, answer, error) => {
    await answering(answer, () =>
      expect(generated('home.travel', { event: {} })).rejects.toThrow(error),
    );
  });
});

it('gives up an answer that comes drop by drop when the time of its unit is over', async () => {
  let drops = 0;
  const ended = new AbortController();
  const drip: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const dripping = setInterval(() => {
      response.write(' ');
      drops += 1;
      if (drops === 5) ended.abort();
    }, 10);
    response.once('close', () => clearInterval(dripping));
  };
  await answering(drip, () =>
    expect(generated('home.travel', { event: {}, signal: ended.signal })).rejects.toThrow(
      'travel broke off its answer to /content.',
    ),
  );
});

describe('feedback', () => {
  it('reaches the product, which minds it', async () => {
    process.env.HOME_TRAVEL_URL = travel.url;
    const data = { slot: 'home.travel', item: 'travel-kyoto' };
    await reacted('home.travel.feedback', {
      event: { type: 'content.clicked', user: 'fay', data },
    });
    const seen = { slot: 'home.travel', items: ['travel-lake', 'travel-oslo'] };
    await reacted('home.travel.feedback', {
      event: { type: 'content.seen', user: 'fay', data: seen },
    });
    const made = await generated('home.travel', { event: { user: 'fay' } });
    expect(made?.content).toMatchObject({ data: { title: 'A weekend in town' } });
  });

  it('that a product does not take is kept if it is a click, and else a line of the log', async () => {
    process.env.HOME_TRAVEL_URL = 'http://127.0.0.1:9';
    const tell = (type: string, data: object) =>
      reacted('home.travel.feedback', { event: { type, data } });
    const [slot, item] = ['home.travel', 'travel-kyoto'];
    await expect(tell('content.clicked', { slot, item })).rejects.toThrow('HOME_TRAVEL_URL');
    const { warnings } = await tell('content.seen', { slot, items: [item] });
    expect(warnings).toEqual([
      expect.stringMatching(/^What was seen is not told\. travel did not/),
    ]);
  });
});

describe('content that a client could not draw', () => {
  it('is a line of the log', async () => {
    const data = { slot: 'home.travel', reason: 'unknown element' };
    const { warnings } = await reacted('log-failed-content', {
      event: { type: 'content.failed', data },
    });
    expect(warnings).toEqual(['A client could not draw home.travel.']);
  });
});
