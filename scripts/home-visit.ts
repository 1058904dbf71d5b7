// Measures what a browser loads of the home page and when it paints, with an empty cache.

import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Response } from 'playwright-core';
import { isDrawn } from '../test/system/home-pages.ts';

/** A phone in a train: what Chromium's tools call slow 4G, and a processor four times slower. */
const phone = { downKbps: 1_600, upKbps: 750, latencyMs: 150, cpuSlowdown: 4 };

export type Visit = { firstPaintMs: number; drawnMs: number; parts: Map<string, Part> };
export type Part = { files: number; bytes: number; gzipBytes: number };

const nothing: Part = { files: 0, bytes: 0, gzipBytes: 0 };
const partNames = [
  ...['the page', 'style sheet', 'pictures'],
  ...['script before the first paint', 'scripts after it'],
] as const;

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

export async function visitHome(
  browser: Browser,
  url: string,
  storageState: StorageState,
  isPhone: boolean,
): Promise<Visit> {
  const viewport = isPhone ? { width: 360, height: 780 } : { width: 1280, height: 900 };
  const context = await browser.newContext({ storageState, viewport });
  const page = await context.newPage();
  if (isPhone) {
    const tools = await context.newCDPSession(page);
    await tools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: phone.latencyMs,
      downloadThroughput: (phone.downKbps * 1_000) / 8,
      uploadThroughput: (phone.upKbps * 1_000) / 8,
    });
    await tools.send('Emulation.setCPUThrottlingRate', { rate: phone.cpuSlowdown });
  }
  const parts = new Map<string, Part>(partNames.map((name) => [name, nothing]));
  const bodies: Promise<void>[] = [];
  const count = (response: Response) => {
    const name = partOf(response.url());
    if (name === null || !response.ok()) return;
    bodies.push(
      response.body().then((body) => {
        const { files, bytes, gzipBytes } = parts.get(name) ?? nothing;
        const gzipped = gzipBytes + gzipSync(body).length;
        parts.set(name, { files: files + 1, bytes: bytes + body.length, gzipBytes: gzipped });
      }),
    );
  };
  page.on('response', count);
  await page.goto(url);
  await isDrawn(page);
  // What is asked for from now on, a picture out of sight, may end with the window.
  page.off('response', count);
  await Promise.all(bodies);
  const drawnMs = await page.evaluate<number>('performance.now()');
  const firstPaintMs = await page.evaluate<number>(
    "performance.getEntriesByName('first-contentful-paint')[0].startTime",
  );
  await context.close();
  return { firstPaintMs, drawnMs, parts };
}

/** `null`: a stream or an answer, not a part of the page. */
function partOf(url: string): (typeof partNames)[number] | null {
  const { pathname } = new URL(url);
  if (pathname === '/') return 'the page';
  if (!pathname.startsWith('/assets/')) return null;
  if (pathname.endsWith('.css')) return 'style sheet';
  if (!pathname.endsWith('.js')) return 'pictures';
  return pathname.includes('/main') ? 'script before the first paint' : 'scripts after it';
}
