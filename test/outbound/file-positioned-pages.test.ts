// Pages as files beside the positions: the contract, and what the next process makes of them.

import fs, {
  existsSync,
  mkdirSync,
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
import { positionedPagesContract } from '../contract/positioned-pages-contract.ts';
import { textOf, usePositionDirectories } from './position-directory.ts';

const nextDirectory = usePositionDirectories();
let directory = '';

function newDirectory(): void {
  directory = nextDirectory();
}

const open = ({ maxFiles = 10, hasPages = true } = {}) =>
  filePositions({ directory, maxFiles, hasPages, nowMs: Date.now, hashOf: contentHashOf });

positionedPagesContract('file positions', ({ maxFiles }) => {
  newDirectory();
  const own = directory;
  return {
    positions: open({ maxFiles }),
    read: (user) => textOf(join(own, 'users', positionPathOf(user))),
    readPage: (user) => textOf(join(own, 'pages', positionPathOf(user))),
    readGenericPages: () => ({
      generic: readFileSync(join(own, 'generic.html'), 'utf8'),
      pending: readFileSync(join(own, 'pending.html'), 'utf8'),
    }),
  };
});

describe('pages on disk', () => {
  beforeEach(newDirectory);
  const bodyOf = (user: string) => join(directory, 'users', positionPathOf(user));
  const pageOf = (user: string) => join(directory, 'pages', positionPathOf(user));
  const names = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((at) => at.isFile())
      .map(({ name }) => name);
  const write = (positions: ReturnType<typeof open>, ...users: string[]) => {
    for (const user of users) positions.write(user, Buffer.from('{}'), Buffer.from(`<${user}>`));
  };
  const pair = { generic: Buffer.from('g'), pending: Buffer.from('p') };

  it('have the validator that the replica itself gives, and are for the same readers', () => {
    write(open(), 'alice');
    const { mtimeMs, size, mode } = statSync(pageOf('alice'));
    const expected = etagOf(Buffer.from('<alice>'));
    expect(`"${(mtimeMs / 1000).toString(16)}-${size.toString(16)}"`).toBe(expected);
    expect(mode & 0o137).toBe(0);
  });

  it('survive the process', () => {
    write(open(), 'alice');
    const second = open();
    expect(textOf(pageOf('alice'))).toBe('<alice>');
    second.remove('alice');
    expect([existsSync(bodyOf('alice')), existsSync(pageOf('alice'))]).toEqual([false, false]);
  });

  it('are dropped at the start with positions that may not be kept', () => {
    write(open(), 'alice', 'bob', 'carol');
    expect(open({ maxFiles: 1 }).count()).toBe(1);
    const left = ['alice', 'bob', 'carol'].filter((user) => existsSync(pageOf(user)));
    expect(left.filter((user) => existsSync(bodyOf(user)))).toHaveLength(1);
    expect(left).toHaveLength(1);
  });

  it('are lost at the start without a position, and so is what is none of theirs', () => {
    write(open(), 'alice', 'bob');
    rmSync(bodyOf('bob'));
    const strangers = ['pages/ab/cd', `pages/ab/${'G'.repeat(62)}`];
    for (const path of strangers) writeFileSync(join(directory, path), 'torn');
    open();
    expect(strangers.filter((path) => existsSync(join(directory, path)))).toEqual([]);
    expect([existsSync(pageOf('bob')), textOf(pageOf('alice'))]).toEqual([false, '<alice>']);
  });

  it('leave positions of a configuration that had no page yet', () => {
    const first = open({ hasPages: false });
    first.write('alice', Buffer.from('{}'));
    const second = open();
    expect(second.has('alice')).toBe(true);
    write(second, 'alice');
    expect(textOf(pageOf('alice'))).toBe('<alice>');
  });

  it('are all gone once the configuration has no page any more, and positions stay', () => {
    const first = open();
    write(first, 'alice');
    first.writeGeneric(pair, pair);
    const second = open({ hasPages: false });
    expect(second.has('alice')).toBe(true);
    expect(existsSync(join(directory, 'pages'))).toBe(false);
    expect(names().filter((name) => name.endsWith('.html'))).toEqual([]);
    expect(names()).toContain('generic.json');
  });

  it('are all gone when the machine was started again; the files they refer to stay', () => {
    const first = open();
    write(first, 'alice');
    first.writeGeneric(pair, pair);
    mkdirSync(join(directory, 'assets'));
    writeFileSync(join(directory, 'assets', 'main.js'), '');
    writeFileSync(join(directory, 'boot-id'), 'another one');
    expect(open().count()).toBe(0);
    expect(names().sort()).toEqual(['boot-id', 'main.js']);
  });

  it.each(['users', 'pages'])('go with the body when one in %s cannot be written', (kind) => {
    const positions = open();
    write(positions, 'alice', 'bob');
    failing('renameSync', kind, () => {
      expect(() => write(positions, 'alice')).toThrow(/cannot be written \(EIO\)/);
    });
    expect([
      positions.has('alice'),
      existsSync(bodyOf('alice')),
      existsSync(pageOf('alice')),
    ]).toEqual([false, false, false]);
    expect(textOf(pageOf('bob'))).toBe('<bob>');
  });

  it.each(['users', 'pages'])(
    'are said to be there while one in %s cannot be taken away',
    (kind) => {
      const positions = open();
      write(positions, 'alice');
      failing('unlinkSync', kind, () => {
        expect(() => positions.remove('alice')).toThrow(/cannot be written \(EIO\)/);
      });
      expect(positions.has('alice')).toBe(true);
      positions.remove('alice');
      expect([
        positions.has('alice'),
        existsSync(bodyOf('alice')),
        existsSync(pageOf('alice')),
      ]).toEqual([false, false, false]);
    },
  );

  it('of whoever had none before are there until they are gone, and then taken away', () => {
    const positions = open();
    failing('renameSync', 'users', () =>
      failing('unlinkSync', 'pages', () => {
        expect(() => write(positions, 'alice')).toThrow(/cannot be written \(EIO\)/);
      }),
    );
    expect([positions.has('alice'), existsSync(pageOf('alice'))]).toEqual([true, true]);
    positions.remove('alice');
    expect([positions.has('alice'), existsSync(pageOf('alice'))]).toEqual([false, false]);
  });

  it('for everyone are gone with the bodies for everyone when one cannot be written', () => {
    const positions = open();
    positions.writeGeneric(pair, pair);
    rmSync(join(directory, 'pending.html'));
    mkdirSync(join(directory, 'pending.html', 'in the way'), { recursive: true });
    expect(() => positions.writeGeneric(pair, pair)).toThrow('cannot be written');
    const left = ['generic.json', 'pending.json', 'generic.html'];
    expect(left.filter((name) => existsSync(join(directory, name)))).toEqual([]);
  });
});

/** While `during` runs, as on a disk that fails below this folder. */
function failing(name: 'renameSync' | 'unlinkSync', kind: string, during: () => void): void {
  const kept = fs[name] as (...paths: string[]) => void;
  const spy = vi.spyOn(fs, name).mockImplementation((...paths: unknown[]) => {
    const target = String(paths.at(-1));
    if (!target.includes(`/${kind}/`)) return kept(...(paths as string[]));
    throw Object.assign(new Error('i/o error'), { code: 'EIO' });
  });
  syncBuiltinESMExports();
  try {
    during();
  } finally {
    spy.mockRestore();
    syncBuiltinESMExports();
  }
}
