// What a replica makes of the files that an earlier process left behind.

import { describe, expect, it } from 'vitest';
import { aDocument } from '../../fixtures/content.ts';
import { createPlace, openPositions, personal, startMs } from './open-positions.ts';

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
    await expect.poll(() => place.store.composedWith()).not.toBeNull();
    await first.keeper.stop();

    place.positions.write('alice', Buffer.from('{"composed":"now"}'));
    const second = await openPositions({}, place);
    expect(second.body('alice')).toEqual({ composed: 'now' });
    expect(second.keeper.current('alice')?.version).toBe(42);
    expect(second.body('alice')).toEqual({ composed: 'now' });
  });
});
