// Pages in a real browser that report events: of an allowed origin, and of those that must not.

import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { useChromium } from '../chromium-hooks.ts';
import { type HttpListener, listenHttp } from '../http-listener.ts';
import {
  type ClientIngest,
  goodClick,
  openClientIngest,
  path,
} from '../inbound/open-client-ingest.ts';
import { sign } from '../inbound/open-content.ts';

let ingest: ClientIngest;
let shop: HttpListener;
let foreign: HttpListener;

const startSite = () =>
  listenHttp((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
  });

const chromium = useChromium();

beforeAll(async () => {
  if (!chromium.isThere()) return;
  [shop, foreign] = await Promise.all([startSite(), startSite()]);
  ingest = await openClientIngest({ corsOrigins: [shop.url] });
}, 300_000);
beforeEach(() => {
  for (const list of [ingest.published, ingest.observed, ingest.arrived]) list.length = 0;
});
afterAll(async () => {
  await Promise.all([shop?.close(), foreign?.close()]);
  await ingest?.stop();
});

/** A page whose browser holds Alice's cookie for the host of the ingest, as after a login. */
async function open(origin: string): Promise<Page> {
  const context = await chromium.browser.newContext();
  await context.addCookies([
    {
      ...{ name: 'beforehand_token', value: await sign(), domain: '127.0.0.1', path: '/' },
      ...{ httpOnly: true, sameSite: 'Strict' },
    },
  ]);
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

type Sent = { headers?: Record<string, string>; mode?: 'cors' | 'no-cors'; withCookie?: boolean };

/** What a script of the page hears: a status, `opaque`, or `blocked` by the browser. */
function post(page: Page | Frame, { headers = {}, mode = 'cors', withCookie = false }: Sent) {
  const call = {
    url: new URL(path, ingest.url).href,
    init: {
      ...{ method: 'POST', keepalive: true, mode, headers },
      ...(withCookie && { credentials: 'include' as const }),
      body: JSON.stringify({ events: [goodClick] }),
    },
  };
  return page.evaluate<string, typeof call>(async ({ url, init }) => {
    try {
      const answer = await fetch(url, init);
      return answer.type === 'opaque' ? 'opaque' : `${answer.status} ${await answer.text()}`;
    } catch {
      return 'blocked';
    }
  }, call);
}

const json = { 'content-type': 'application/json' };
const withToken = () => ({ ...json, authorization: ingest.authorization });
const refusals = () =>
  ingest.observed.map((it) => (it.kind === 'event_refused' ? it.code : it.kind));

describe('a page of an allowed origin', () => {
  it('reports with its token, and reads the answer', async () => {
    const page = await open(shop.url);
    expect(await post(page, { headers: withToken() })).toMatch(/^202 \{"tickets":\[".+"\]\}$/);
    expect(ingest.published).toMatchObject([{ ...goodClick, user: 'alice' }]);
    expect(ingest.arrived).not.toMatchObject([{ cookie: expect.anything() }]);
  });

  it('reports when it is left', async () => {
    const page = await open(shop.url);
    const call = { url: new URL(path, ingest.url).href, headers: withToken() };
    await page.evaluate(`addEventListener('pagehide', () => {
      const { url, headers } = ${JSON.stringify(call)};
      const body = '${JSON.stringify({ events: [goodClick] })}';
      fetch(url, { method: 'POST', keepalive: true, headers, body });
    })`);
    await page.goto('about:blank');
    await vi.waitUntil(() => ingest.published.length === 1, { timeout: 15_000 });
    expect(ingest.published).toMatchObject([{ user: 'alice' }]);
  });

  it('reads why it was refused: a cookie is no token', async () => {
    const page = await open(shop.url);
    expect(await post(page, { headers: json })).toMatch(/^401 .*"unauthorized"/);
    expect(await post(page, { headers: json, withCookie: true })).toBe('blocked');
    expect(ingest.published).toEqual([]);
  });

  it('is another origin in a sandbox', async () => {
    const page = await open(shop.url);
    await page.setContent('<iframe sandbox="allow-scripts" srcdoc="x"></iframe>');
    const frame = page.frames()[1] as Frame;
    expect(await post(frame, { headers: withToken() })).toBe('blocked');
    expect(await post(frame, { mode: 'no-cors' })).toBe('opaque');
    expect(ingest.arrived).toMatchObject([{ origin: 'null' }]);
    expect([refusals(), ingest.published]).toEqual([['forbidden'], []]);
  });
});

// One host with another port is the same site, to which cookies go whatever their SameSite says.
describe.each(['127.0.0.1', 'localhost'])('a page of a foreign origin at %s', (host) => {
  it('is stopped by its browser before anything is sent, though it has a token', async () => {
    const page = await open(foreign.url.replace('127.0.0.1', host));
    expect(await post(page, { headers: withToken() })).toBe('blocked');
    expect([ingest.arrived, ingest.published]).toEqual([[], []]);
  });

  it('publishes nothing by what a browser sends without asking', async () => {
    const page = await open(foreign.url.replace('127.0.0.1', host));
    const headers = { 'content-type': 'text/plain' };
    expect(await post(page, { headers, mode: 'no-cors' })).toBe('opaque');
    expect(ingest.arrived).toMatchObject([{ origin: foreign.url.replace('127.0.0.1', host) }]);
    expect([refusals(), ingest.published]).toEqual([['forbidden'], []]);
  });

  it("publishes nothing with the user's cookie", async () => {
    const page = await open(foreign.url.replace('127.0.0.1', host));
    expect(await post(page, { headers: json, withCookie: true })).toBe('blocked');
    expect(await post(page, { mode: 'no-cors', withCookie: true })).toBe('opaque');
    const isSameSite = host === '127.0.0.1';
    expect(ingest.arrived.map(({ cookie }) => cookie !== undefined)).toEqual([isSameSite]);
    expect([refusals(), ingest.published]).toEqual([['forbidden'], []]);
  });

  it('publishes nothing by a form', async () => {
    const page = await open(foreign.url.replace('127.0.0.1', host));
    const action = new URL(path, ingest.url).href;
    await page.setContent(`<form method="post" enctype="text/plain" action="${action}">
      <input name='{"events":[],"x":"' value='"}'><button>Win a prize</button></form>`);
    await page.getByRole('button').click();
    await page.waitForURL(action);
    expect(ingest.arrived).toHaveLength(1);
    expect([refusals(), ingest.published]).toEqual([['forbidden'], []]);
  });
});
