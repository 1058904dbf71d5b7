// Generic content that is withdrawn: what Nginx would serve from then on.

import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { aDocument, aGeneric } from '../../fixtures/content.ts';
import { createPlace, openPositions, personal } from './open-positions.ts';

/** One position each 50 ms: what happens at once was not rewritten in the background. */
const slow = { rewritesPerS: 0.001 };

const old = aGeneric({ contentJson: '"old"', version: 1 });
const better = aGeneric({ contentJson: '"right"', version: 2, withdrawnBelow: 2 });

const usersOf = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);
const nobodys = (users: readonly string[]) => users.map((user) => aDocument(user, { slots: [] }));

const contentsOf = (
  users: readonly string[],
  of: (user: string) => { content: string } | undefined,
) => users.map((user) => of(user)?.content);

describe('withdrawn generic content', () => {
  it('is in no position once it is said so, and other positions are left alone', async () => {
    const { put, putGeneric, keeper, offers, positions, observed } = await openPositions(slow);
    await putGeneric(old);
    await put(...nobodys(usersOf(900)), aDocument('bob', { slots: personal('mine') }));
    const untouched = positions.read('bob');
    await putGeneric(better);
    expect(contentsOf(usersOf(900), offers)).not.toContain('old');
    expect(positions.count()).toBeLessThan(100);
    expect(positions.read('bob')).toBe(untouched);
    const told = { kind: 'generic_withdrawn', slots: 'offers', users: expect.any(Number) };
    expect(observed).toContainEqual(expect.objectContaining(told));
    keeper.current('user-7');
    expect(offers('user-7').content).toBe('right');
  });

  it('goes a few hundred at a time, and reads get in between', async () => {
    const { put, store, keeper, offers, positions } = await openPositions(slow);
    await keeper.genericChanged(await store.putGeneric([old]));
    await put(...nobodys(usersOf(990)));
    const gone = keeper.genericChanged(await store.putGeneric([better]));
    expect(positions.count()).toBeGreaterThan(0);
    expect(positions.count()).toBeLessThan(990);
    // The eldest have their turn last.
    expect(offers('user-0').content).toBe('old');
    keeper.current('user-0');
    expect(offers('user-0').content).toBe('right');
    await gone;
    expect(contentsOf(usersOf(990), offers)).not.toContain('old');
    expect(positions.count()).toBeLessThan(100);
    expect(offers('user-0').content).toBe('right');
  });

  it('comes back in the background as what it is now, and was dropped positions do not', async () => {
    const { put, store, keeper, offers, positions, clock, isNoted } = await openPositions();
    await put(...nobodys(['alice', 'dropped']));
    positions.remove('dropped');
    await keeper.genericChanged(await store.putGeneric([better]));
    await expect.poll(() => offers('alice')).toEqual({ state: 'generic', content: 'right' });
    clock.nowMs += 1;
    await expect.poll(isNoted).toBe(true);
    expect(positions.has('dropped')).toBe(false);
  });

  it('goes when a later version tells of it, and not again with the next one', async () => {
    const { put, putGeneric, positions } = await openPositions(slow);
    await putGeneric(old);
    await put(...nobodys(['alice']));
    await putGeneric(aGeneric({ contentJson: '"later"', version: 5, withdrawnBelow: 2 }));
    expect(positions.has('alice')).toBe(false);
    await put(aDocument('alice', { version: 2, slots: [] }));
    await putGeneric(aGeneric({ contentJson: '"latest"', version: 6, withdrawnBelow: 2 }));
    expect(positions.has('alice')).toBe(true);
  });

  it('that an earlier process laid down goes before this one answers', async () => {
    const place = createPlace();
    const earlier = await openPositions(slow, place);
    await earlier.putGeneric(old);
    await earlier.put(...nobodys(usersOf(900)), aDocument('bob', { slots: personal('mine') }));
    await expect.poll(() => place.store.dirty()).toEqual([]);
    await earlier.keeper.stop();
    // It dies when the new content is stored and nothing is taken away yet.
    await place.store.putGeneric([better]);
    const { offers } = await openPositions(slow, place);
    expect(contentsOf(usersOf(900), offers)).not.toContain('old');
    expect(offers('bob').content).toBe('mine');
    expect(place.store.goneBelow()).toEqual({ offers: 2 });
  });

  it('that an earlier process laid down goes when a snapshot tells of it', async () => {
    const place = createPlace();
    const earlier = await openPositions(slow, place);
    await earlier.putGeneric(old);
    await earlier.put(...nobodys(usersOf(600)), aDocument('bob', { slots: personal('mine') }));
    await expect.poll(() => place.store.dirty()).toEqual([]);
    const { putGeneric, offers, positions } = await openPositions(slow, place);
    expect(offers('user-0').content).toBe('old');
    await putGeneric(better);
    expect(contentsOf(usersOf(600), offers)).not.toContain('old');
    expect(positions.count()).toBeLessThan(100);
    expect(offers('bob').content).toBe('mine');
  });

  it('that cannot be taken away is told, and tried again', async () => {
    const place = createPlace();
    let isBroken = false;
    let refused = 0;
    const onDisk =
      <Rest extends unknown[]>(change: (user: string, ...rest: Rest) => void) =>
      (user: string, ...rest: Rest) => {
        if (isBroken && user === 'alice') {
          refused += 1;
          throw new Failure('unavailable', 'It is broken.');
        }
        change(user, ...rest);
      };
    const { remove, write } = place.positions;
    const positions = { ...place.positions, remove: onDisk(remove), write: onDisk(write) };
    const { put, putGeneric, offers, observed } = await openPositions(
      { ...slow, positions },
      place,
    );
    await putGeneric(old);
    await put(...nobodys(['carol', 'alice', 'bob']));
    isBroken = true;
    await putGeneric(better);
    expect(contentsOf(['bob', 'carol'], offers)).not.toContain('old');
    expect(observed).toContainEqual(expect.objectContaining({ task: 'withdraw' }));
    const before = refused;
    await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(before);
    expect(offers('alice')?.content).toBe('old');
    expect(place.store.goneBelow()).toEqual({});
    isBroken = false;
    await expect.poll(() => place.store.goneBelow(), { timeout: 5_000 }).toEqual({ offers: 2 });
    expect(offers('alice')?.content).not.toBe('old');
  });
});

describe('whatever is withdrawn, stored and started again in whatever order', () => {
  const users = usersOf(6);
  const user = fc.constantFrom(...users);
  const step = fc.oneof(
    fc.record({ does: fc.constant('generic' as const), withdraw: fc.boolean() }),
    // The new content is stored, and the process dies at once.
    fc.record({ does: fc.constant('death' as const), withdraw: fc.boolean() }),
    fc.record({ does: fc.constant('document' as const), user, isFilled: fc.boolean() }),
    fc.record({ does: fc.constant('read' as const), user }),
    fc.record({ does: fc.constant('pause' as const) }),
  );

  async function follow(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
    const place = createPlace();
    let open = await openPositions({ rewritesPerS: 20 }, place);
    let version = 0;
    let withdrawnBelow = 0;

    function next(withdraw: boolean) {
      version += 1;
      if (withdraw) withdrawnBelow = version;
      return aGeneric({ version, withdrawnBelow, contentJson: `${version}` });
    }

    async function take(one: (typeof steps)[number]) {
      if (one.does === 'pause') return sleep(5);
      if (one.does === 'read') return open.keeper.current(one.user);
      if (one.does === 'generic') return open.putGeneric(next(one.withdraw));
      if (one.does === 'document') {
        version += 1;
        const slots = one.isFilled ? [] : personal('mine');
        return open.put(aDocument(one.user, { version, slots }));
      }
      await place.store.putGeneric([next(one.withdraw)]);
      await open.keeper.stop();
      open = await openPositions({ rewritesPerS: 20 }, place);
    }

    for (const one of steps) {
      await take(one);
      const shown = users.map((name) => open.offers(name)?.content);
      // The fallback of the configuration was there before every version.
      const versions = shown.map((content) => (content === 'fallback' ? 0 : content));
      for (const at of versions) {
        if (typeof at === 'number') expect(at).toBeGreaterThanOrEqual(withdrawnBelow);
      }
    }
    await open.keeper.stop();
  }

  it('nothing that is withdrawn is in a position', async () => {
    const steps = fc.array(step, { maxLength: 25 });
    await fc.assert(fc.asyncProperty(steps, follow), { numRuns: 30 });
  }, 60_000);
});
