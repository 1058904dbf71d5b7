// What happens to content that no broker takes: noted as unsent, and sent when the broker is back.

import { describe, expect, it } from 'vitest';
import type { ContentBundle } from '../../../src/domain/document.ts';
import { Failure } from '../../../src/domain/errors.ts';
import { createDeliverContent } from '../../../src/domain/worker/deliver-content.ts';
import { createResendUnsent } from '../../../src/domain/worker/resend-unsent.ts';
import { createUntilAvailable } from '../../../src/domain/worker/until-available.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';
import { anEvent, content, finished } from '../../fixtures/events.ts';

async function setUp(patienceMs: number, nowMs = Date.now) {
  const store = memoryContentStore(nowMs);
  const sent: ContentBundle[] = [];
  const broker = { failures: 0 };
  const fanOut = {
    async send(bundle: ContentBundle) {
      broker.failures -= 1;
      if (broker.failures >= 0) throw new Failure('unavailable', 'An alarm lasts.');
      sent.push(bundle);
    },
    sendPage: async () => {},
  };
  const observe = () => {};
  const untilAvailable = createUntilAvailable(observe, new AbortController().signal);
  const deps = { fanOut, store, observe, nowMs };
  const deliver = createDeliverContent({ ...deps, untilAvailable, patienceMs });
  const resend = createResendUnsent({ ...deps, max: 10 });
  const committed = await store.commit([
    finished(anEvent({ id: 'e1' }), content(1)),
    finished(anEvent({ id: 'e2', user: null }), content('all')),
  ]);
  const bundle: ContentBundle = { lane: 'interactive', ...committed };
  return { store, fanOut, sent, broker, deliver, resend, bundle };
}

const users = (bundles: readonly ContentBundle[]) =>
  bundles.map((bundle) => bundle.documents.map((document) => document.user));

describe('content that no broker takes', () => {
  it('is sent again within the patience, and not noted', async () => {
    const { store, sent, broker, deliver, bundle } = await setUp(60_000);
    broker.failures = 3;
    await deliver(bundle);
    expect(sent).toEqual([bundle]);
    expect((await store.claimUnsent({ max: 10, leaseMs: 0 })).users).toEqual([]);
  });

  it('is noted as unsent after that, so that the event may be acked', async () => {
    const { sent, broker, deliver, resend, bundle } = await setUp(0);
    broker.failures = 1;
    await deliver(bundle);
    expect(sent).toEqual([]);
    expect(await resend()).toBe(false);
    expect(users(sent)).toEqual([['alice']]);
    expect(sent[0]?.generic.map(({ slot }) => slot)).toEqual(['offers']);
    await resend();
    expect(sent).toHaveLength(1);
  });

  it('is waited for once, and not again by what follows while the broker is away', async () => {
    const patienceMs = 60_000;
    let nowMs = 0;
    const { store, sent, broker, deliver, bundle } = await setUp(patienceMs, () => nowMs);
    broker.failures = Number.POSITIVE_INFINITY;
    const first = deliver(bundle);
    await new Promise(setImmediate);
    nowMs += patienceMs;
    await first;
    await deliver(bundle);
    expect((await store.claimUnsent({ max: 10, leaseMs: 0 })).users).toEqual(['alice']);
    broker.failures = 0;
    await deliver(bundle);
    // It is back: the next time it goes away, it is waited for again.
    broker.failures = 2;
    await deliver(bundle);
    expect(sent).toEqual([bundle, bundle]);
  });

  it('is noted although Postgres is away as well, and although it is for everyone alone', async () => {
    const { store, broker, deliver, bundle } = await setUp(0);
    const { noteUnsent } = store;
    let refusals = 1;
    store.noteUnsent = async (unsent) => {
      if (refusals-- > 0) throw new Failure('unavailable', 'Postgres is away.');
      await noteUnsent(unsent);
    };
    broker.failures = 1;
    await deliver({ ...bundle, documents: [] });
    expect((await store.claimUnsent({ max: 10, leaseMs: 0 })).slots).toEqual(['offers']);
  });

  it('is due again at once when the broker was still away', async () => {
    const { sent, broker, deliver, resend, bundle } = await setUp(0);
    broker.failures = 2;
    await deliver(bundle);
    await expect(resend()).rejects.toMatchObject({ code: 'unavailable' });
    await resend();
    expect(users(sent)).toEqual([['alice']]);
  });

  it('is sent by another worker 10 s after one that began to send it has died', async () => {
    let nowMs = 0;
    const { store, sent, resend, bundle, fanOut } = await setUp(0, () => nowMs);
    await store.noteUnsent({ users: ['alice'], slots: [] });
    const { send } = fanOut;
    fanOut.send = () => new Promise(() => {});
    void resend();
    await new Promise(setImmediate);
    fanOut.send = send;
    await resend();
    expect(sent).toEqual([]);
    nowMs += 10_000;
    await resend();
    expect(users(sent)).toEqual(users([bundle]));
  });

  it('is sent when there is nothing but word of an event, and not when there is nothing', async () => {
    const { sent, deliver, bundle } = await setUp(0);
    const nothing = { ...bundle, documents: [], generic: [], resolved: [] };
    const word = { ...nothing, resolved: [{ ticket: 't1', outcome: 'unchanged' } as const] };
    await Promise.all([deliver(nothing), deliver(word)]);
    await deliver(nothing);
    expect(sent).toEqual([word]);
  });

  it('is what the user has by then, not what was noted', async () => {
    const { store, sent, broker, deliver, resend, bundle } = await setUp(0);
    broker.failures = 1;
    await deliver(bundle);
    await store.commit([finished(anEvent({ id: 'e3', stamp: 2000 }), content('newer'))]);
    await resend();
    expect(sent[0]?.documents[0]?.slots[0]?.contentJson).toBe('"newer"');
  });
});
