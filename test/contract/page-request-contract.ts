// What every way of a page request must do.

import { expect, it } from 'vitest';
import type { PageRequest } from '../../src/domain/ports.ts';
import { eu, type OpenContentExchange, us } from './opened-content-exchange.ts';

export function pageRequestContract(open: OpenContentExchange): void {
  it('brings a request for a page to a worker, with who asked', async () => {
    const { openPageRequests, openFeed } = await open();
    const seen: PageRequest[] = [];
    const running = await openPageRequests().consumePageRequests(
      async (request) => void seen.push(request),
    );
    await openFeed(eu).requestPage(null, 's1');
    await expect.poll(() => seen).toEqual([{ ...eu, snapshotId: 's1', after: null }]);
    await openFeed(us).requestPage('alice', 's2');
    await expect.poll(() => seen.at(-1)).toEqual({ ...us, snapshotId: 's2', after: 'alice' });
    await running.stop();
  });

  it('keeps a request until a worker is there', async () => {
    const { openPageRequests, openFeed } = await open();
    await openFeed(eu).requestPage(null, 's1');
    const seen: string[] = [];
    const running = await openPageRequests().consumePageRequests(
      async ({ snapshotId }) => void seen.push(snapshotId),
    );
    await expect.poll(() => seen).toEqual(['s1']);
    await running.stop();
  });

  it('brings each request to one of several workers', async () => {
    const { openPageRequests, openFeed } = await open();
    const seen: string[][] = [[], []];
    const running = await Promise.all(
      seen.map((ids) =>
        openPageRequests().consumePageRequests(async ({ snapshotId }) => void ids.push(snapshotId)),
      ),
    );
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`).sort();
    const feed = openFeed(eu);
    await Promise.all(ids.map((id) => feed.requestPage(null, id)));
    await expect.poll(() => seen.flat().sort()).toEqual(ids);
    await Promise.all(running.map((it) => it.stop()));
  });

  it('delivers a request again when its handler rejects', async () => {
    const { openPageRequests, openFeed } = await open();
    let attempts = 0;
    const running = await openPageRequests().consumePageRequests(async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('no database');
    });
    await openFeed(eu).requestPage(null, 's1');
    await expect.poll(() => attempts).toBe(3);
    await running.stop();
  });
}
