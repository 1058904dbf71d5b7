// A disk that cannot be written for a while: what is wrong on it is told once, and mended after it.

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import type { Positions } from '../../../src/domain/replica/positions.ts';
import { aDocument, aGeneric } from '../../fixtures/content.ts';
import { createPlace, openPositions, personal, startMs, text } from './open-positions.ts';

/** While `disk.isAway`, nothing is written and nothing taken away, as on one that is read-only. */
function createFailingPlace() {
  const place = createPlace();
  const disk = { isAway: false, refused: 0 };
  const check = () => {
    if (disk.isAway) disk.refused += 1;
    if (disk.isAway) throw new Failure('unavailable', 'The disk is read-only.');
  };
  const { positions } = place;
  const failing: Positions = {
    ...positions,
    write(user, body) {
      check();
      positions.write(user, body);
    },
    remove(user) {
      if (positions.has(user)) check();
      positions.remove(user);
    },
    writeGeneric(bodies) {
      check();
      positions.writeGeneric(bodies);
    },
  };
  return { place, disk, failing };
}

const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);

describe('while a disk cannot be written', () => {
  it('expired content stays on it, and goes as soon as it can', async () => {
    const { place, disk, failing } = createFailingPlace();
    const { put, clock, body, observed } = await openPositions({ positions: failing }, place);
    const short = personal('short', { expiresAtMs: startMs + 1_000 });
    await put(...users.map((user) => aDocument(user, { slots: short })));
    disk.isAway = true;
    clock.nowMs += 1_300;
    await expect.poll(() => observed.length).toBeGreaterThan(0);
    expect(users.filter((user) => body(user) !== null)).toHaveLength(users.length);
    // All of them were tried again, twice, and nothing more is said of it.
    clock.nowMs += 300;
    await expect.poll(() => disk.refused, { timeout: 5_000 }).toBeGreaterThan(2 * users.length);
    expect(observed).toEqual([expect.objectContaining({ task: 'hide_expired' })]);
    disk.isAway = false;
    clock.nowMs += 300;
    await expect.poll(() => users.filter((user) => body(user) !== null)).toEqual([]);
  });

  it('newer content is stored and marked, and laid down as soon as it can be', async () => {
    const { place, disk, failing } = createFailingPlace();
    const { put, body, store, observed } = await openPositions({ positions: failing }, place);
    await put(...users.map((user) => aDocument(user, { version: 1 })));
    await expect.poll(() => store.dirty()).toEqual([]);
    disk.isAway = true;
    await put(...users.map((user) => aDocument(user, { version: 2 })));
    expect(users.map((user) => body(user).version)).toEqual(users.map(() => 1));
    expect(store.dirty()).toHaveLength(users.length);
    expect(observed).toEqual([expect.objectContaining({ task: 'lay_down' })]);
    disk.isAway = false;
    await expect
      .poll(() => new Set(users.map((user) => body(user).version)), { timeout: 5_000 })
      .toEqual(new Set([2]));
    await expect.poll(() => store.dirty()).toEqual([]);
  });

  it('a change of generic content is not noted as done before it is', async () => {
    const { place, disk, failing } = createFailingPlace();
    const { put, putGeneric, isNoted, offers } = await openPositions({ positions: failing }, place);
    await put(aDocument('alice', { slots: [] }));
    await expect.poll(isNoted).toBe(true);
    disk.isAway = true;
    await putGeneric(aGeneric({ contentJson: '"new"', version: 2 }));
    const { refused } = disk;
    // Tried by the rewriting, and again because it failed.
    await expect.poll(() => disk.refused - refused, { timeout: 10_000 }).toBeGreaterThan(20);
    expect(isNoted()).toBe(false);
    disk.isAway = false;
    await expect.poll(isNoted, { timeout: 10_000 }).toBe(true);
    expect(offers('alice').content).toBe('new');
  });

  it('reads get what the store has', async () => {
    const { place, disk, failing } = createFailingPlace();
    const { put, keeper, mended } = await openPositions({ positions: failing }, place);
    await put(aDocument('alice', { version: 1 }));
    disk.isAway = true;
    await put(aDocument('alice', { version: 2 }));
    expect(keeper.current('alice')?.version).toBe(2);
    expect(mended).toEqual([]);
  });

  it('mending it by a read is told as well', async () => {
    const { place, disk, failing } = createFailingPlace();
    const { keeper, mended } = await openPositions({ positions: failing }, place);
    disk.isAway = true;
    await place.store.put([aDocument('alice', { version: 1 })]);
    place.positions.write('alice', Buffer.from('old'));
    await keeper.changed(['alice'], 'interactive');
    disk.isAway = false;
    keeper.current('alice');
    expect(keeper.isLaidDown('alice')).toBe(true);
    expect(mended).toEqual(['alice']);
  });

  it('what everyone is shown is laid down as soon as it can be', async () => {
    const { place, disk, failing } = createFailingPlace();
    const { putGeneric } = await openPositions({ positions: failing }, place);
    const shown = () => text(place.positions.readGeneric()?.generic);
    disk.isAway = true;
    await putGeneric(aGeneric({ contentJson: '"new"', version: 2 }));
    expect(shown()).not.toContain('new');
    disk.isAway = false;
    await expect.poll(shown).toContain('new');
  });
});

describe('whoever watches a document that becomes no file', () => {
  /** A stream: whenever it is told, it reads. */
  async function watch(positions: Partial<Positions> = {}) {
    const place = createPlace();
    let reads = 0;
    const opened = await openPositions(
      {
        positions: { ...place.positions, ...positions },
        watchers: {
          changed: (users) => users.length > 0 && setImmediate(read),
          changedForAll: () => setImmediate(read),
        },
      },
      place,
    );
    function read(): void {
      reads += 1;
      opened.keeper.current('alice');
    }
    return { ...opened, reads: () => reads };
  }

  /** Many turns of the event loop. */
  const pass = () => new Promise((resolve) => setTimeout(resolve, 50));

  it('is not told of its own read, while content may be on its way', async () => {
    const { put, pending, keeper, body, reads } = await watch();
    await put(aDocument('alice', { slots: [] }));
    pending.add('alice');
    keeper.pendingChanged('alice');
    await pass();
    expect(body('alice')).toBeNull();
    expect(reads()).toBe(2);
    pending.clear();
    keeper.pendingChanged('alice');
    await pass();
    expect(body('alice').slots.offers.state).toBe('generic');
    expect(reads()).toBe(3);
  });

  it('is not told of its own read, when there is no room for files', async () => {
    const { put, reads } = await watch({ write: () => {} });
    await put(aDocument('alice'));
    await pass();
    expect(reads()).toBe(1);
  });
});
