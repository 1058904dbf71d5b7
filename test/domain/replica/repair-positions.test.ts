// What a replica makes of the files that an earlier process left behind.

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDocumentComposer } from '../../../src/domain/replica/compose-document.ts';
import { aDocument, aGeneric } from '../../fixtures/content.ts';
import { createPlace, openPositions, personal, startMs, text } from './open-positions.ts';

describe('a replica that starts where another one died', () => {
  it('repairs what is marked before it answers', async () => {
    const place = createPlace();
    await place.store.put([aDocument('alice', { version: 42 })]);
    place.positions.write('alice', Buffer.from('{"version":41}'));
    const { body } = await openPositions({}, place);
    expect(body('alice').version).toBe(42);
  });

  it('takes away what belongs to nobody it knows', async () => {
    const place = createPlace();
    place.positions.write('stranger', Buffer.from('{"version":41}'));
    const { positions } = await openPositions({}, place);
    expect(positions.has('stranger')).toBe(false);
  });

  it('takes away what has expired meanwhile, and lays the rest down again', async () => {
    const place = createPlace();
    const slots = personal('short', { expiresAtMs: startMs - 1 });
    await place.store.put([aDocument('alice', { version: 42, slots })]);
    await place.store.clearDirty([{ user: 'alice', version: 42 }]);
    place.positions.write('alice', Buffer.from('{"offers":"short"}'));
    const { offers } = await openPositions({}, place);
    await expect.poll(() => offers('alice')).toEqual({ state: 'generic', content: 'fallback' });
  });

  it('rewrites all when generic content or the configuration is another one, and only then', async () => {
    const place = createPlace();
    await place.store.put([aDocument('alice', { version: 42 })]);
    await place.store.clearDirty([{ user: 'alice', version: 42 }]);
    place.positions.write('alice', Buffer.from('{"composed":"long ago"}'));
    const first = await openPositions({}, place);
    await expect.poll(() => first.body('alice').version).toBe(42);
    await expect.poll(first.isNoted).toBe(true);
    await first.keeper.stop();

    place.positions.write('alice', Buffer.from('{"composed":"now"}'));
    const second = await openPositions({}, place);
    expect(second.body('alice')).toEqual({ composed: 'now' });
    expect(second.keeper.current('alice')?.version).toBe(42);
    expect(second.body('alice')).toEqual({ composed: 'now' });
  });

  const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
  /** Of users whose documents show generic content only. */
  async function fill(place: ReturnType<typeof createPlace>) {
    const documents = users.map((user) => aDocument(user, { slots: [] }));
    await place.store.put(documents);
    await place.store.clearDirty(documents);
  }

  it('takes away generic content that has expired while nobody hid it', async () => {
    const place = createPlace();
    await fill(place);
    await place.store.putGeneric([aGeneric({ contentJson: '"deal"', expiresAtMs: startMs - 1 })]);
    await place.store.setComposedWith('with the deal');
    for (const user of users) place.positions.write(user, Buffer.from('"deal"'));
    const { keeper, positions } = await openPositions({ rewritesPerS: 20 }, place);
    expect(users.filter(positions.has)).toHaveLength(20);
    for (const user of users) keeper.current(user);
    const shown = users.map((user) => text(positions.read(user) ?? undefined));
    expect(shown.filter((body) => body.includes('deal'))).toEqual([]);
  });

  it('leaves nothing of a configuration that was taken back half-way', async () => {
    const place = createPlace();
    await fill(place);
    const composeWith = (text: string) => createDocumentComposer({ offers: { generic: text } });
    const shown = () =>
      users.map((user) => JSON.parse(text(place.positions.read(user) ?? undefined) || 'null'));
    const showing = (text: string) =>
      shown().filter((body) => body?.slots.offers.content === text).length;
    for (const user of users) place.positions.write(user, Buffer.from('null'));

    const first = await openPositions({ compose: composeWith('good') }, place);
    await expect.poll(() => showing('good')).toBe(users.length);
    await expect.poll(first.isNoted).toBe(true);
    await first.keeper.stop();
    const second = await openPositions({ compose: composeWith('bad'), rewritesPerS: 200 }, place);
    await expect.poll(() => showing('bad')).toBeGreaterThan(0);
    await second.keeper.stop();
    expect(showing('good')).toBeGreaterThan(0);
    await openPositions({ compose: composeWith('good') }, place);
    await expect.poll(() => showing('good')).toBe(users.length);
  });

  it('hides what expires later, though it was laid down by another process', async () => {
    const place = createPlace();
    const slots = personal('short', { expiresAtMs: startMs + 1_000 });
    await place.store.put([aDocument('alice', { slots })]);
    const first = await openPositions({}, place);
    await expect.poll(first.isNoted).toBe(true);
    await first.keeper.stop();
    const { body, clock } = await openPositions({}, place);
    expect(body('alice').slots.offers.state).toBe('personal');
    clock.nowMs += 1_300;
    await expect.poll(() => body('alice')).toBeNull();
  });

  it('says that it lives once no file is wrong, and goes on saying so', async () => {
    const place = createPlace();
    await fill(place);
    for (const user of [...users, 'stranger']) place.positions.write(user, Buffer.from('{}'));
    const seen: boolean[] = [];
    const beat = () => void seen.push(place.positions.has('stranger'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await openPositions({ positions: { ...place.positions, beat } }, place);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(seen).toEqual([false, false, false]);
  });

  it('looks at nothing once it is stopped, whatever was still to be done', async () => {
    const place = createPlace();
    const slots = personal('short', { expiresAtMs: startMs - 1 });
    await place.store.put(users.map((user) => aDocument(user, { slots })));
    await place.store.clearDirty(users.map((user) => ({ user, version: 2 ** 52 })));
    for (const user of users) place.positions.write(user, Buffer.from('{}'));
    let isClosed = false;
    const store = {
      ...place.store,
      get(user: string) {
        if (isClosed) throw new Error('The store is closed.');
        return place.store.get(user);
      },
    };
    const { keeper, positions } = await openPositions({ store }, place);
    expect(users.filter(positions.has).length).toBeLessThan(users.length);
    await keeper.stop();
    isClosed = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
