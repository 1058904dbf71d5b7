// The store on real disk: the contract, and what only a store that outlives its process can do.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegionStore } from '../../src/domain/ports.ts';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { regionStoreContract } from '../contract/region-store-contract.ts';
import { regionStoreRepairContract } from '../contract/region-store-repair-contract.ts';
import { aDocument, aGeneric, aSlot } from '../fixtures/content.ts';

const folder = mkdtempSync(join(tmpdir(), 'beforehand-region-store-'));
const adapter = join(import.meta.dirname, '../../src/outbound/lmdb-region-store.ts');
let count = 0;
let directory = '';

const reopen = () => openLmdbRegionStore({ directory, mapBytes: 1_048_576, bootId: 'boot-1' });

function openEmpty() {
  count += 1;
  directory = join(folder, String(count), 'deep');
  return reopen();
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

regionStoreContract('the LMDB region store', openEmpty);
regionStoreRepairContract('the LMDB region store', openEmpty);

describe('the LMDB region store on disk', () => {
  beforeEach(async () => {
    await (await openEmpty()).close();
  });

  it('keeps documents, generic content and marks when it is opened again', async () => {
    const first = await reopen();
    await first.put([aDocument('alice', { version: 42 })]);
    await first.putGeneric([aGeneric({ version: 7, withdrawnBelow: 6 })]);
    await first.setComplete(true);
    await first.setComposedWith('slots-1');
    await first.setGoneBelow({ offers: 6 });
    await first.put([aDocument('bob', { version: 3 })]);
    const cleared = first.clearDirty([{ user: 'bob', version: 3 }]);
    await first.close();
    await cleared;

    const second = await reopen();
    expect(second.dirty()).toEqual(['alice']);
    expect(second.isComposedWith('slots-1')).toBe(true);
    expect(second.goneBelow()).toEqual({ offers: 6 });
    expect(second.get('alice')).toEqual(aDocument('alice', { version: 42 }));
    expect(second.generic()).toEqual([aGeneric({ version: 7, withdrawnBelow: 6 })]);
    expect(second.isComplete()).toBe(true);
    expect(await second.put([aDocument('alice', { version: 41 })])).toEqual([]);
    expect(await second.putGeneric([aGeneric({ version: 6 })])).toEqual([]);
    await second.close();
  });

  it('leaves nothing behind of all that was put in one turn when one document cannot be written', async () => {
    const first = await reopen();
    await first.putGeneric([aGeneric({ slot: 'books', version: 1 })]);
    // It throws in the middle of its own list and of the group.
    const unwritable = {
      ...aSlot(),
      get contentJson(): string {
        throw new Error('Nobody can write this.');
      },
    };
    const group = [
      first.put([aDocument('alice', { version: 42 })]),
      first.putGeneric([aGeneric({ slot: 'offers', version: 7 })]),
      first.put([aDocument('bob'), aDocument('carol', { slots: [unwritable] }), aDocument('dave')]),
      first.put([aDocument('erin')]),
    ];
    for (const outcome of await Promise.allSettled(group)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    expectNothing(first);
    await first.close();

    const second = await reopen();
    expectNothing(second);
    // Nor a version: a lower one than that of the failed group is news.
    expect(await second.put([aDocument('alice', { version: 41 })])).toEqual(['alice']);
    await second.close();

    function expectNothing(store: RegionStore): void {
      const users = ['alice', 'bob', 'carol', 'dave', 'erin'];
      expect(users.map(store.get)).toEqual(users.map(() => null));
      expect(store.generic().map(({ slot }) => slot)).toEqual(['books']);
    }
  });

  it('keeps what was put just before it was closed, and takes nothing after', async () => {
    const first = await reopen();
    const written = first.put([aDocument('alice')]);
    await first.close();
    expect(await written).toEqual(['alice']);
    await expect(first.put([aDocument('bob')])).rejects.toMatchObject({ code: 'unavailable' });

    const second = await reopen();
    expect(second.get('alice')).toEqual(aDocument('alice'));
    expect(second.get('bob')).toBeNull();
    await second.close();
  });

  it('holds many times more than was reserved at first', async () => {
    const contentJson = JSON.stringify('x'.repeat(30_000));
    const slots = [{ ...aGeneric(), contentJson }];
    const store = await reopen();
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    for (const user of users) await store.put([aDocument(user, { slots })]);
    const isThere = (user: string) => store.get(user)?.slots[0]?.contentJson === contentJson;
    expect(users.every(isThere)).toBe(true);
    await store.close();
  });

  it('refuses a store that a newer release wrote, and leaves it as it was', async () => {
    const root = open({ path: join(directory, 'content.mdb'), noSubdir: true });
    await root.openDB({ name: 'meta', encoding: 'json' }).put('schema', 4);
    await root.close();
    await expect(reopen()).rejects.toThrow(/newer release \(schema 4/);
    // It was closed with the refusal, and can be asked again.
    await expect(reopen()).rejects.toThrow(/newer release/);
  });

  it('empties a store of an older release, which is not complete any more', async () => {
    const root = open({ path: join(directory, 'content.mdb'), noSubdir: true });
    const meta = root.openDB<unknown, string>({ name: 'meta', encoding: 'json' });
    await meta.put('schema', 1);
    await meta.put('isComplete', true);
    for (const name of ['documents', 'generic']) {
      await root.openDB({ name, encoding: 'json' }).put('offers', aDocument('offers'));
      await root.openDB({ name: `${name}-versions`, encoding: 'json' }).put('offers', 42);
    }
    await root.close();

    const store = await reopen();
    expect(store.isComplete()).toBe(false);
    expect([store.get('offers'), store.generic(), [...store.heads()]]).toEqual([null, [], []]);
    expect(await store.put([aDocument('offers', { version: 1 })])).toEqual(['offers']);
    await store.close();
    // Only once.
    const second = await reopen();
    expect(second.get('offers')?.version).toBe(1);
    await second.close();
  });

  it('keeps what was written when its process is killed', async () => {
    const script = `
      import { openLmdbRegionStore } from ${JSON.stringify(adapter)};
      const store = await openLmdbRegionStore(${JSON.stringify({ directory, mapBytes: 1_048_576, bootId: 'boot-1' })});
      await store.put([${JSON.stringify(aDocument('alice', { version: 3 }))}]);
      process.stdout.write('written');
      setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await once(other.stdout, 'data');
    other.kill('SIGKILL');
    await once(other, 'exit');
    const store = await reopen();
    expect(store.get('alice')?.version).toBe(3);
    expect(store.dirty()).toEqual(['alice']);
    await store.close();
  });

  it('says that it cannot write when the disk is full, and writes again when it is not', async ({
    skip,
  }) => {
    const mount = join(folder, 'small');
    try {
      execFileSync('mkdir', [mount]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'ignore' });
    } catch {
      skip('Mounting a small tmpfs needs root.');
    }
    try {
      const filler = join(mount, 'filler');
      writeFileSync(filler, 'x'.repeat(300_000));
      directory = join(mount, 'store');
      const store = await reopen();
      const big = { ...aGeneric(), contentJson: JSON.stringify('x'.repeat(30_000)) };
      const fill = async () => {
        for (let index = 0; index < 100; index += 1) {
          await store.put([aDocument('alice', { user: `user-${index}`, slots: [big] })]);
        }
      };
      await expect(fill()).rejects.toMatchObject({ code: 'unavailable' });
      expect(store.get('user-0')?.slots[0]?.contentJson).toBe(big.contentJson);
      rmSync(filler);
      expect(await store.put([aDocument('bob')])).toEqual(['bob']);
      await store.close();
    } finally {
      execFileSync('umount', ['-l', mount]);
    }
  });
});
