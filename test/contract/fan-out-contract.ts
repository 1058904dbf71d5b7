// What every fan-out must do.

import { expect, it } from 'vitest';
import { aBundle, aDocument, aGeneric } from '../fixtures/content.ts';
import { eu, type OpenContentExchange, us } from './opened-content-exchange.ts';
import { recordFeed } from './recorded-feed.ts';

export function fanOutContract(open: OpenContentExchange): void {
  it('brings a bundle to every region as it was', async () => {
    const { fanOut, openFeed } = await open();
    const feeds = [await recordFeed(openFeed(eu)), await recordFeed(openFeed(us))];
    const contentJson = JSON.stringify({ 10: 'Ünïcode \u2028 😀', a: [{ b: null }, 1e300, '\n'] });
    const bundle = aBundle(['alice', 'bob'], {
      generic: [
        aGeneric({ slot: 'books', contentJson, expiresAtMs: 1, version: 7, withdrawnBelow: 5 }),
      ],
    });
    await fanOut.send(bundle);
    for (const feed of feeds) await expect.poll(() => feed.bundles).toEqual([bundle]);
    await Promise.all(feeds.map((feed) => feed.stop()));
  });

  it('brings a bundle of either lane', async () => {
    const { fanOut, openFeed } = await open();
    const feed = await recordFeed(openFeed(eu));
    await fanOut.send(aBundle(['bulk'], { lane: 'bulk' }));
    await fanOut.send(aBundle(['interactive']));
    await expect.poll(() => feed.users().sort()).toEqual(['bulk', 'interactive']);
    expect(feed.bundles.map(({ lane }) => lane).sort()).toEqual(['bulk', 'interactive']);
    await feed.stop();
  });

  it('brings word of events that changed no document', async () => {
    const { fanOut, openFeed } = await open();
    const feed = await recordFeed(openFeed(eu));
    const bundle = aBundle([], { resolved: [{ ticket: 'some-ticket', outcome: 'ignored' }] });
    await fanOut.send(bundle);
    await expect.poll(() => feed.bundles).toEqual([bundle]);
    await feed.stop();
  });

  it('brings 250 documents, and word of them not before them', async () => {
    const { fanOut, openFeed } = await open();
    const feed = await recordFeed(openFeed(eu));
    const users = Array.from({ length: 250 }, (_, index) => `user${index}`);
    await fanOut.send(aBundle(users));
    await expect.poll(() => feed.users()).toEqual(users);
    expect(feed.bundles.at(-1)?.resolved).toHaveLength(1);
    expect(feed.bundles.slice(0, -1).flatMap(({ resolved }) => resolved)).toEqual([]);
    await feed.stop();
  });

  it('rejects with `unavailable` when no region could receive a bundle', async () => {
    const { fanOut } = await open();
    await expect(fanOut.send(aBundle(['alice']))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('brings a page to the replica that asked and to no other', async () => {
    const { fanOut, openFeed } = await open();
    const [asking, other] = [await recordFeed(openFeed(eu)), await recordFeed(openFeed(us))];
    const page = {
      snapshotId: 's1',
      documents: [aDocument('alice')],
      generic: [aGeneric({ slot: 'books', version: 7, withdrawnBelow: 7 })],
      next: 'alice',
    };
    await fanOut.sendPage(eu.instance, page);
    const last = { ...page, documents: [], generic: [], next: null };
    await fanOut.sendPage(us.instance, last);
    await expect.poll(() => asking.pages).toEqual([page]);
    await expect.poll(() => other.pages).toEqual([last]);
    await Promise.all([asking.stop(), other.stop()]);
  });

  it('rejects with `unavailable` when nobody has asked for a page', async () => {
    const { fanOut } = await open();
    const page = { snapshotId: 's1', documents: [], generic: [], next: null };
    await expect(fanOut.sendPage('nobody', page)).rejects.toMatchObject({ code: 'unavailable' });
  });
}
