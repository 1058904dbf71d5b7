// What every content feed must do.

import { expect, it } from 'vitest';
import { aBundle } from '../fixtures/content.ts';
import { eu, type OpenContentExchange, us } from './opened-content-exchange.ts';
import { recordFeed } from './recorded-feed.ts';

export function contentFeedContract(open: OpenContentExchange): void {
  it('says at the first time that the queues are new', async () => {
    const { openFeed } = await open();
    const feed = await recordFeed(openFeed(eu));
    expect(feed.bindings).toEqual([false]);
    await feed.stop();
  });

  it('keeps what is sent while a replica is away, and says so when it is back', async () => {
    const { fanOut, openFeed } = await open();
    const before = await recordFeed(openFeed(eu));
    await before.stop();
    await fanOut.send(aBundle(['alice']));
    const after = await recordFeed(openFeed(eu));
    expect(after.bindings).toEqual([true]);
    await expect.poll(() => after.users()).toEqual(['alice']);
    expect(before.users()).toEqual([]);
    await after.stop();
  });

  it('delivers a bundle again when it could not be received', async () => {
    const { fanOut, openFeed } = await open();
    let attempts = 0;
    const onBundle = async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('disk full');
    };
    const feed = await recordFeed(openFeed(eu), { onBundle });
    await fanOut.send(aBundle(['alice']));
    await expect.poll(() => feed.users()).toEqual(['alice', 'alice']);
    await feed.stop();
  });

  it('stops when the bundles it has begun with are received', async () => {
    const { fanOut, openFeed } = await open();
    let receive = () => {};
    const received = new Promise<void>((resolve) => {
      receive = resolve;
    });
    const feed = await recordFeed(openFeed(eu), { onBundle: () => received });
    await fanOut.send(aBundle(['alice']));
    await expect.poll(() => feed.users()).toEqual(['alice']);
    let isStopped = false;
    const stopped = feed.stop().then(() => {
      isStopped = true;
    });
    await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    receive();
    await stopped;
    // Received once and for all: on return only what is new arrives.
    await fanOut.send(aBundle(['bob']));
    const again = await recordFeed(openFeed(eu));
    await expect.poll(() => again.users()).toEqual(['bob']);
    await again.stop();
  });

  it('hands a marker back once all that was queued before it is received', async () => {
    const { fanOut, openFeed } = await open();
    let receive = () => {};
    const received = new Promise<void>((resolve) => {
      receive = resolve;
    });
    const order: string[] = [];
    const replica = openFeed(eu);
    const feed = await recordFeed(replica, {
      async onBundle({ documents }) {
        const user = documents[0]?.user ?? '';
        if (user === 'slow') await received;
        order.push(user);
      },
      onMarker: (id) => order.push(id),
    });
    await fanOut.send(aBundle(['slow']));
    await fanOut.send(aBundle(['quick']));
    await replica.sendMarker('m1');
    await fanOut.send(aBundle(['later']));
    await expect.poll(() => feed.users()).toEqual(['slow', 'quick', 'later']);
    expect(feed.markers).toEqual([]);
    receive();
    await expect.poll(() => order.indexOf('m1')).toBeGreaterThan(order.indexOf('slow'));
    expect(order.indexOf('slow')).toBeGreaterThanOrEqual(0);
    await feed.stop();
  });

  it('hands a marker to nobody but the replica that sent it', async () => {
    const { openFeed } = await open();
    const [replica, otherReplica] = [openFeed(eu), openFeed(us)];
    const [feed, other] = [await recordFeed(replica), await recordFeed(otherReplica)];
    await replica.sendMarker('m1');
    await otherReplica.sendMarker('m2');
    await expect.poll(() => feed.markers).toEqual(['m1']);
    await expect.poll(() => other.markers).toEqual(['m2']);
    await Promise.all([feed.stop(), other.stop()]);
  });

  it('drops the eldest bundles of a full queue, and tells the replica when it is back', async () => {
    const { fanOut, openFeed } = await open(3);
    await (await recordFeed(openFeed(eu))).stop();
    for (const user of ['u1', 'u2', 'u3', 'u4', 'u5']) await fanOut.send(aBundle([user]));
    const feed = await recordFeed(openFeed(eu));
    await expect.poll(() => feed.users()).toEqual(['u3', 'u4', 'u5']);
    await expect.poll(() => feed.overflows()).toBeGreaterThan(0);
    await feed.stop();
    // Told once: the next return is an ordinary one.
    const again = await recordFeed(openFeed(eu));
    await fanOut.send(aBundle(['u6']));
    await expect.poll(() => again.users()).toEqual(['u6']);
    expect(again.overflows()).toBe(0);
    expect(again.bindings).toEqual([true]);
    await again.stop();
  });

  it('drops and tells while the replica is there but cannot keep up', async () => {
    const { fanOut, openFeed } = await open(3);
    let receive = () => {};
    const received = new Promise<void>((resolve) => {
      receive = resolve;
    });
    const feed = await recordFeed(openFeed(eu), { onBundle: () => received });
    for (let index = 0; index < 10; index += 1) await fanOut.send(aBundle([`u${index}`]));
    await expect.poll(() => feed.overflows()).toBeGreaterThan(0);
    receive();
    await expect.poll(() => feed.users().at(-1)).toBe('u9');
    await feed.stop();
  });
}
