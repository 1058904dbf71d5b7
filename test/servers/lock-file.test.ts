// Whoever asks, and however holders end: one process has the lock.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeldLock, hold } from '../../src/servers/lock-file.ts';

const lockFile = join(import.meta.dirname, '../../src/servers/lock-file.ts');
const dead = (note: string) => JSON.stringify({ pid: process.pid, startedAt: note });

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mustHold(path = file): HeldLock {
  const lock = hold(path);
  if ('heldBy' in lock) throw new Error(`It is held by ${lock.heldBy.pid}.`);
  return lock;
}

function run(program: string) {
  const script = `import { hold } from ${JSON.stringify(lockFile)};
    import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
    const file = ${JSON.stringify(file)};
    ${program}`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
}

describe('a lock', () => {
  it('is one holder’s until it is given back, and leaves nothing behind', () => {
    const { release } = mustHold();
    expect(hold(file)).toMatchObject({ heldBy: { pid: process.pid } });
    release();
    mustHold().release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('makes the directory that it is in', () => {
    mustHold(join(folder, 'new', 'deep', 'lock')).release();
    expect(readdirSync(join(folder, 'new', 'deep'))).toEqual([]);
  });

  it('says which process holds it, and is taken over when that one is killed', async () => {
    const other = run(`hold(file); process.stdout.write('held'); setInterval(() => {}, 1000);`);
    await once(other.stdout, 'data');
    expect(hold(file)).toMatchObject({ heldBy: { pid: other.pid } });

    other.kill('SIGKILL');
    await once(other, 'exit');
    mustHold().release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process whose number was given to another one since', () => {
    writeFileSync(file, dead('long ago'));
    mustHold();
    expect(readFileSync(file, 'utf8')).not.toBe(dead('long ago'));
  });

  it.each(['', 'null', '{"pid":-1}', '{"pid":1}', 'garbage'])('is taken over from "%s"', (text) => {
    writeFileSync(file, text);
    mustHold().release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over, too, when others died while they did that', () => {
    for (const path of [file, `${file}.takeover`, `${file}.takeover.takeover`]) {
      writeFileSync(path, dead('long ago'));
    }
    mustHold();
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is not replaced while another process is at it, which is named', () => {
    writeFileSync(file, dead('long ago'));
    const { release } = mustHold(`${file}.takeover`);
    expect(hold(file)).toMatchObject({ heldBy: { pid: process.pid } });
    expect(readFileSync(file, 'utf8')).toBe(dead('long ago'));
    release();
    mustHold();
  });

  it('stays with whoever has it when an earlier holder gives it back once more', () => {
    const { release } = mustHold();
    writeFileSync(file, dead('somebody else'));
    release();
    expect(existsSync(file)).toBe(true);
  });
});

const processes = 4;
const rounds = 100;

/** Each round ends as a crash would end it, so that all processes rush at a dead one's lock. */
const takeOverAgainAndAgain = `
  for (let round = 0; round < ${rounds}; round += 1) {
    while ('heldBy' in hold(file));
    writeFileSync(file + '.inside', '', { flag: 'wx' });
    const { pid } = JSON.parse(readFileSync(file, 'utf8'));
    if (pid !== process.pid) throw new Error('It was taken by ' + pid);
    rmSync(file + '.inside');
    const unfinished = file + '.dead.' + process.pid;
    writeFileSync(unfinished, JSON.stringify({ pid: process.pid, startedAt: 'round ' + round }));
    renameSync(unfinished, file);
  }`;

it('has one holder in each round when several processes rush at a dead one’s lock', async () => {
  writeFileSync(file, dead('long ago'));
  const rivals = Array.from({ length: processes }, () => run(takeOverAgainAndAgain));
  const ended = Promise.all(rivals.map((rival) => once(rival, 'close')));
  expect(await Promise.all(rivals.map(({ stderr }) => textOf(stderr)))).toEqual(
    rivals.map(() => ''),
  );
  expect((await ended).map(([code]) => code)).toEqual(rivals.map(() => 0));
  mustHold().release();
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);
