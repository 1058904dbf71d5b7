// What every way of a request for content must do.

import { expect, it } from 'vitest';
import type { ContentRequest } from '../../src/domain/content-request.ts';
import { eu, type OpenContentExchange, us } from './opened-content-exchange.ts';

function aRequest(user: string): ContentRequest {
  return { user, slot: 'offers', basis: 7_353_335_808_503_808 };
}

export function contentRequestContract(open: OpenContentExchange): void {
  it('brings a request for content to a worker, from whatever region', async () => {
    const { openContentRequests, openFeed } = await open();
    const seen: ContentRequest[] = [];
    const running = await openContentRequests().consumeContentRequests(
      async (request) => void seen.push(request),
    );
    await openFeed(eu).requestContent(aRequest('alice'));
    await expect.poll(() => seen).toEqual([aRequest('alice')]);
    await openFeed(us).requestContent(aRequest('bob'));
    await expect.poll(() => seen.at(-1)).toEqual(aRequest('bob'));
    await running.stop();
  });

  it('keeps a request for content until a worker is there, and brings it to one of several', async () => {
    const { openContentRequests, openFeed } = await open();
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`).sort();
    const feed = openFeed(eu);
    await Promise.all(users.map((user) => feed.requestContent(aRequest(user))));
    const seen: string[] = [];
    const running = await Promise.all(
      [1, 2].map(() =>
        openContentRequests().consumeContentRequests(async ({ user }) => void seen.push(user)),
      ),
    );
    await expect.poll(() => seen.toSorted()).toEqual(users);
    await Promise.all(running.map((it) => it.stop()));
  });

  it('delivers a request for content again when its handler rejects, and says so', async () => {
    const { openContentRequests, openFeed } = await open();
    const counts: number[] = [];
    const running = await openContentRequests().consumeContentRequests(
      async (_request, { deliveryCount }) => {
        counts.push(deliveryCount);
        if (counts.length < 3) throw new Error('no database');
      },
    );
    await openFeed(eu).requestContent(aRequest('alice'));
    await expect.poll(() => counts).toEqual([0, 1, 2]);
    await running.stop();
  });
}
