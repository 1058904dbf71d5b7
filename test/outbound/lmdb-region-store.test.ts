// The store on real disk: the contract, and what only a store that outlives its process can do.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { regionStoreContract } from '../contract/region-store-contract.ts';
import { aDocument, aGeneric } from '../fixtures/content.ts';

const folder = mkdtempSync(join(tmpdir(), 'beforehand-region-store-'));
const adapter = join(import.meta.dirname, '../../src/outbound/lmdb-region-store.ts');
let count = 0;
let directory = '';

const reopen = () => openLmdbRegionStore({ directory, mapBytes: 1_048_576 });

function openEmpty() {
  count += 1;
  directory = join(folder, String(count), 'deep');
  return reopen();
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

regionStoreContract('the LMDB region store', openEmpty);

describe('the LMDB region store on disk', () => {
  beforeEach(async () => {
    await (await openEmpty()).close();
  });

  it('keeps documents, generic content and the mark when it is opened again', async () => {
    const first = await reopen();
    await first.put([aDocument('alice', { version: 42 })]);
    await first.putGeneric([aGeneric({ version: 7 })]);
    await first.setComplete(true);
    await first.close();

    const second = await reopen();
    expect(second.get('alice')).toEqual(aDocument('alice', { version: 42 }));
    expect(second.generic()).toEqual([aGeneric({ version: 7 })]);
    expect(second.isComplete()).toBe(true);
    expect(await second.put([aDocument('alice', { version: 41 })])).toEqual([]);
    expect(await second.putGeneric([aGeneric({ version: 6 })])).toEqual([]);
    await second.close();
  });

  it('holds many times more than was reserved at first', async () => {
    const contentJson = JSON.stringify('x'.repeat(30_000));
    const slots = [{ ...aGeneric(), contentJson }];
    const store = await reopen();
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    for (const user of users) await store.put([aDocument(user, { slots })]);
    expect(users.every((user) => store.get(user)?.slots[0]?.contentJson === contentJson)).toBe(
      true,
    );
    await store.close();
  });

  it('refuses a store that a newer release wrote, and leaves it as it was', async () => {
    const root = open({ path: join(directory, 'content.mdb'), noSubdir: true });
    await root.openDB({ name: 'meta', encoding: 'json' }).put('schema', 2);
    await root.close();
    await expect(reopen()).rejects.toThrow(/newer release \(schema 2/);
    // The lock was given back with the refusal.
    await expect(reopen()).rejects.toThrow(/newer release/);
  });

  it('refuses a second opening while the first lasts', async () => {
    const first = await reopen();
    await expect(reopen()).rejects.toThrow(`in use by process ${process.pid}`);
    await first.close();
    await (await reopen()).close();
  });

  it('refuses a directory that another process holds, and takes it over when that one is killed', async () => {
    const script = `
      import { openLmdbRegionStore } from ${JSON.stringify(adapter)};
      const store = await openLmdbRegionStore(${JSON.stringify({ directory, mapBytes: 1_048_576 })});
      await store.put([${JSON.stringify(aDocument('alice', { version: 3 }))}]);
      process.stdout.write('open');
      setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await once(other.stdout, 'data');
    await expect(reopen()).rejects.toThrow(`in use by process ${other.pid}`);

    other.kill('SIGKILL');
    await once(other, 'exit');
    const store = await reopen();
    expect(store.get('alice')?.version).toBe(3);
    await store.close();
  });

  it('takes over from a process whose number was given to another one since', async () => {
    const stale = JSON.stringify({ pid: process.pid, startedAt: 'long ago' });
    writeFileSync(join(directory, 'lock'), stale);
    const store = await reopen();
    expect(readFileSync(join(directory, 'lock'), 'utf8')).not.toBe(stale);
    await store.close();
  });

  it.each(['', 'null', '{"pid":-1}', 'garbage'])(
    'takes over a lock that says "%s"',
    async (text) => {
      writeFileSync(join(directory, 'lock'), text);
      await (await reopen()).close();
    },
  );

  it('leaves nothing but the store behind', async () => {
    await (await reopen()).close();
    expect(readdirSync(directory).sort()).toEqual(['content.mdb', 'content.mdb-lock']);
  });

  it('says that it cannot write when the disk is full', async ({ skip }) => {
    const mount = join(folder, 'small');
    try {
      execFileSync('mkdir', [mount]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'ignore' });
    } catch {
      skip('Mounting a small tmpfs needs root.');
    }
    try {
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
      await store.close();
    } finally {
      execFileSync('umount', ['-l', mount]);
    }
  });
});
