// What Nginx would serve at every moment, against what the store holds.

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { aDocument, aGeneric, aSlot } from '../../fixtures/content.ts';
import { createPlace, openPositions, personal, startMs, text } from './open-positions.ts';

describe('positions', () => {
  it('are there when it is said so, and nobody is marked any more', async () => {
    const { put, offers, store, changes } = await openPositions();
    await put(aDocument('alice', { version: 7, slots: personal('new') }));
    expect(offers('alice')).toMatchObject({ state: 'personal', content: 'new' });
    await expect.poll(() => store.dirty()).toEqual([]);
    expect(changes).toContainEqual(['alice']);
  });

  it('are brought up to date before the replica itself shows the newer version', async () => {
    const { keeper, store, body } = await openPositions();
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const changed = await store.put(users.map((user) => aDocument(user, { version: 5 })));
    const all = keeper.changed(changed, 'bulk');
    expect(body('user-199')).toBeNull();
    expect(keeper.current('user-199')?.version).toBe(5);
    expect(body('user-199').version).toBe(5);
    await all;
    // The same for whom there is a file, which would be served after it.
    const again = await store.put(users.map((user) => aDocument(user, { version: 6 })));
    const others = keeper.changed(again, 'bulk');
    expect([body('user-199').version, keeper.current('user-199')?.version]).toEqual([5, 6]);
    expect(body('user-199').version).toBe(6);
    await others;
  });

  it('are not made for whom nothing is stored', async () => {
    const { keeper, positions } = await openPositions();
    expect(keeper.current('stranger')).toBeNull();
    expect(positions.count()).toBe(0);
  });

  it('come back with the next read when they were dropped', async () => {
    const { put, keeper, positions, body } = await openPositions();
    await put(aDocument('alice', { version: 3 }));
    positions.remove('alice');
    keeper.current('alice');
    expect(body('alice').version).toBe(3);
  });

  it('are not there while personal content may be on its way', async () => {
    const { put, keeper, pending, body } = await openPositions();
    await put(aDocument('alice', { slots: [] }));
    pending.add('alice');
    await put(aDocument('alice', { version: 2 ** 52, slots: [] }));
    expect(body('alice')).toBeNull();
    pending.clear();
    keeper.current('alice');
    expect(body('alice').slots.offers.state).toBe('generic');
  });

  it('that cannot be written are not there at all, and the mark goes all the same', async () => {
    const place = createPlace();
    const { positions, store } = place;
    const full = (user: string) => {
      positions.remove(user);
      throw new Failure('unavailable', 'The disk is full.');
    };
    const { put, body, observed } = await openPositions(
      { positions: { ...positions, write: full } },
      place,
    );
    positions.write('alice', Buffer.from('{"old":1}'));
    await put(aDocument('alice'));
    expect(body('alice')).toBeNull();
    expect(observed).toContainEqual(expect.objectContaining({ task: 'lay_down' }));
    await expect.poll(() => store.dirty()).toEqual([]);
  });
});

describe('expired content', () => {
  it('is hidden, and the rest is composed for the next read', async () => {
    const { put, clock, keeper, body, changes } = await openPositions();
    await put(
      aDocument('alice', { slots: personal('short', { expiresAtMs: startMs + 1_000 }) }),
      aDocument('bob', { slots: personal('long') }),
    );
    clock.nowMs += 1_300;
    await expect.poll(() => body('alice')).toBeNull();
    expect(changes).toContainEqual(['alice']);
    expect(body('bob')).not.toBeNull();
    keeper.current('alice');
    expect(body('alice').slots.offers).toEqual({ state: 'generic', content: 'fallback' });
  });

  it('is hidden when it is the generic content of a slot', async () => {
    const { put, putGeneric, clock, body, positions } = await openPositions();
    await putGeneric(aGeneric({ slot: 'books', expiresAtMs: startMs + 1_000 }));
    await put(aDocument('alice'));
    clock.nowMs += 1_300;
    await expect.poll(() => body('alice')).toBeNull();
    await expect
      .poll(() => JSON.parse(text(positions.readGeneric()?.pending)).slots.books)
      .toEqual({ state: 'pending', content: 'no books' });
  });

  it('is not hidden once newer content took its place', async () => {
    const { put, clock, keeper, body } = await openPositions();
    const expiresAtMs = startMs + 1_000;
    await put(aDocument('alice', { version: 1, slots: personal('short', { expiresAtMs }) }));
    await put(aDocument('alice', { version: 2, slots: personal('long') }));
    await put(aDocument('bob', { slots: personal('short', { expiresAtMs }) }));
    clock.nowMs += 1_300;
    await expect.poll(() => body('bob')).toBeNull();
    expect(body('alice').version).toBe(2);
    expect(keeper.current('alice')?.version).toBe(2);
  });
});

describe('generic content that changes', () => {
  it('reaches positions that show it, and leaves alone those that do not', async () => {
    const { put, putGeneric, offers, body, positions, changes } = await openPositions();
    await put(
      aDocument('alice', { slots: [] }),
      aDocument('bob', { slots: [aSlot(), aSlot({ slot: 'books' })] }),
    );
    const untouched = positions.read('bob');
    await putGeneric(aGeneric({ contentJson: '"deals"' }));
    await expect.poll(() => offers('alice')).toEqual({ state: 'generic', content: 'deals' });
    expect(positions.read('bob')).toBe(untouched);
    expect(body('alice').slots.books.content).toBe('no books');
    expect(changes).toContain('all');
  });

  it('is there at once for whoever asks the replica, and then in the position too', async () => {
    const { put, putGeneric, keeper, offers } = await openPositions({ rewritesPerS: 0.001 });
    await put(aDocument('alice', { slots: [] }), aDocument('bob', { slots: [] }));
    await putGeneric(aGeneric({ contentJson: '"deals"', version: 1 }));
    keeper.current('alice');
    expect(offers('alice').content).toBe('deals');
  });

  it('reaches those laid down last first, also when it changes again before the rest had theirs', async () => {
    const { put, putGeneric, changes } = await openPositions({ rewritesPerS: 20 });
    const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    await put(...users.map((user) => aDocument(user, { slots: [] })));
    await putGeneric(aGeneric({ version: 1 }));
    await expect.poll(() => changes.length).toBeGreaterThan(3);
    await put(aDocument('hot', { slots: [] }));
    await putGeneric(aGeneric({ version: 2 }));
    const begun = changes.length;
    await expect.poll(() => changes.length - begun).toBe(users.length + 1);
    const rewritten = changes.slice(begun).flat();
    expect(rewritten[0]).toBe('hot');
    expect(new Set(rewritten).size).toBe(users.length + 1);
  });

  it('is noted as what all show only when all show it', async () => {
    const { put, putGeneric, isNoted, changes } = await openPositions({ rewritesPerS: 20 });
    await expect.poll(isNoted).toBe(true);
    await put(...['a', 'b', 'c', 'd'].map((user) => aDocument(user, { slots: [] })));
    await putGeneric(aGeneric({ version: 1 }));
    const begun = changes.length;
    await expect.poll(() => changes.length - begun).toBeGreaterThan(1);
    expect(isNoted()).toBe(false);
    await expect.poll(isNoted).toBe(true);
    expect(changes.length - begun).toBe(4);
  });

  it('is in the bodies for reads without a replica', async () => {
    const { putGeneric, positions } = await openPositions();
    await putGeneric(aGeneric({ contentJson: '"deals"' }));
    expect(JSON.parse(text(positions.readGeneric()?.generic)).slots.offers).toEqual({
      state: 'generic',
      content: 'deals',
    });
    expect(JSON.parse(text(positions.readGeneric()?.pending)).slots.offers).toEqual({
      state: 'pending',
      content: 'deals',
    });
  });
});
