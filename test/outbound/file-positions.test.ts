// Positions on real file systems: the contract, and what Nginx and the next process find there.

import { execFileSync } from 'node:child_process';
import fs, {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { contentHashOf, etagOf } from '../../src/inbound/http-etag.ts';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { positionsContract } from '../contract/positions-contract.ts';
import { textOf, usePositionDirectories } from './position-directory.ts';

const nextDirectory = usePositionDirectories();
let directory = '';

const open = ({ maxFiles = 10, nowMs = Date.now } = {}) =>
  filePositions({ directory, maxFiles, nowMs, hashOf: contentHashOf });

function newDirectory(): void {
  directory = nextDirectory();
}

positionsContract('file positions', ({ maxFiles }) => {
  newDirectory();
  const own = directory;
  return {
    positions: open({ maxFiles }),
    read: (user) => textOf(join(own, 'users', positionPathOf(user))),
    readGeneric: () => ({
      generic: readFileSync(join(own, 'generic.json'), 'utf8'),
      pending: readFileSync(join(own, 'pending.json'), 'utf8'),
    }),
  };
});

describe('file positions on disk', () => {
  beforeEach(newDirectory);
  const pathOf = (user: string) => join(directory, 'users', positionPathOf(user));
  const filesThere = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true }).filter((at) => at.isFile());

  it('lie at the SHA-256 of the user', () => {
    expect(positionPathOf('alice')).toBe(
      '2b/d806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90',
    );
  });

  it('give Nginx the validator that the replica itself gives', () => {
    const positions = open();
    for (let index = 0; index < 200; index += 1) {
      const body = Buffer.from(`{"n":${index},"é":"${'x'.repeat(index)}"}`);
      positions.write('alice', body);
      const { mtimeMs, size } = statSync(pathOf('alice'));
      expect(`"${(mtimeMs / 1000).toString(16)}-${size.toString(16)}"`).toBe(etagOf(body));
    }
    positions.writeGeneric({ generic: Buffer.from('g'), pending: Buffer.from('p') });
    expect(statSync(join(directory, 'pending.json')).mtimeMs).toBe(
      contentHashOf(Buffer.from('p')) * 1000,
    );
  });

  it('are for nobody but their owner and its group, who may only read', () => {
    open().write('alice', Buffer.from('{}'));
    expect(statSync(pathOf('alice')).mode & 0o137).toBe(0);
    expect(statSync(directory).mode & 0o027).toBe(0);
  });

  it('survive the process, with their ages', () => {
    const first = open({ maxFiles: 3 });
    for (const user of ['alice', 'bob', 'carol', 'alice']) {
      first.write(user, Buffer.from(user));
      // Ages are as fine as the clock that the kernel dates its files with.
      const dated = statSync(pathOf(user)).ctimeMs;
      while (Date.now() - dated < 12);
    }
    const second = open({ maxFiles: 3 });
    expect(second.count()).toBe(3);
    second.write('dave', Buffer.from('dave'));
    expect(['alice', 'bob', 'carol', 'dave'].map(second.has)).toEqual([true, false, true, true]);
    expect(textOf(pathOf('alice'))).toBe('alice');
  });

  it('are dropped at the start when fewer may be kept', () => {
    const users = ['alice', 'bob', 'carol'];
    const first = open();
    for (const user of users) first.write(user, Buffer.from(user));
    expect(open({ maxFiles: 1 }).count()).toBe(1);
    expect(users.filter((user) => existsSync(pathOf(user)))).toHaveLength(1);
  });

  it('lose at the start what was not finished and what is none of theirs', () => {
    open().write('alice', Buffer.from('alice'));
    const strangers = ['temp/next', 'temp/other', 'users/ab/cd', `users/ab/${'G'.repeat(62)}`];
    for (const path of strangers) writeFileSync(join(directory, path), 'torn');
    const positions = open();
    expect(strangers.filter((path) => existsSync(join(directory, path)))).toEqual([]);
    expect(positions.count()).toBe(1);
    expect(textOf(pathOf('alice'))).toBe('alice');
  });

  it.each(['another one', null])(
    'are all gone when the machine was started again: %s',
    (bootId) => {
      const first = open();
      first.write('alice', Buffer.from('alice'));
      first.writeGeneric({ generic: Buffer.from('g'), pending: Buffer.from('p') });
      first.beat();
      if (bootId === null) rmSync(join(directory, 'boot-id'));
      else writeFileSync(join(directory, 'boot-id'), bootId);
      const second = open();
      expect([second.count(), second.has('alice')]).toEqual([0, false]);
      expect(filesThere().map(({ name }) => name)).toEqual(['boot-id']);
      second.write('alice', Buffer.from('alice'));
      expect(open().count()).toBe(1);
    },
  );

  it('does not mind that somebody else took a file away', () => {
    const positions = open();
    positions.write('alice', Buffer.from('alice'));
    rmSync(pathOf('alice'));
    positions.remove('alice');
    expect(positions.has('alice')).toBe(false);
  });

  it('dates the heartbeat with the time it is told', () => {
    let nowMs = 1_795_000_000_000;
    const positions = open({ nowMs: () => nowMs });
    for (; nowMs <= 1_795_000_002_000; nowMs += 1000) {
      positions.beat();
      expect(statSync(join(directory, 'heartbeat')).mtimeMs).toBe(nowMs);
    }
  });

  it('refuse a file system that keeps times too coarsely, and say what to set', () => {
    const keptBySystem = fs.futimesSync;
    // As FAT does, which no test can mount everywhere.
    const even = (time: unknown) => Math.floor(Number(time) / 2) * 2;
    const coarse = vi
      .spyOn(fs, 'futimesSync')
      .mockImplementation((file, at, mt) => keptBySystem(file, even(at), even(mt)));
    syncBuiltinESMExports();
    try {
      expect(() => open()).toThrow(/deep does not keep the times.*BEFOREHAND_POSITIONS_DIR/);
    } finally {
      coarse.mockRestore();
      syncBuiltinESMExports();
    }
    expect(open().count()).toBe(0);
  });

  it('say that they cannot be written when the disk is full, and leave no old body', ({ skip }) => {
    const mount = directory;
    try {
      execFileSync('mkdir', ['-p', mount]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount], { stdio: 'ignore' });
    } catch {
      skip('Mounting a small tmpfs needs root.');
    }
    try {
      directory = join(mount, 'positions');
      const positions = open();
      positions.write('alice', Buffer.from('old'));
      positions.write('bob', Buffer.from('bob'));
      const tooMuch = Buffer.alloc(4_000_000, 'x');
      expect(() => positions.write('alice', tooMuch)).toThrow(
        expect.objectContaining({
          code: 'unavailable',
          cause: expect.objectContaining({ code: 'ENOSPC' }),
        }),
      );
      expect([positions.has('alice'), existsSync(pathOf('alice'))]).toEqual([false, false]);
      expect(readdirSync(join(directory, 'temp'))).toEqual([]);
      expect(textOf(pathOf('bob'))).toBe('bob');
      positions.write('alice', Buffer.from('new'));
      expect(textOf(pathOf('alice'))).toBe('new');
    } finally {
      execFileSync('umount', ['-l', mount]);
    }
  });
});
