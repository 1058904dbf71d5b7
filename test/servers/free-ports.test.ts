// Ports that several processes choose at the same time.

import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
const freePorts = join(import.meta.dirname, '../../src/servers/free-ports.ts');

const uid = process.getuid?.() ?? 0;
let folder: string;
/** Where the turn is kept. */
let own: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-free-ports-'));
  own = join(folder, `beforehand-ports-${uid}`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a new process is given; several ask in the order of the answers. */
async function askInNewProcess(count: number, { before = '' } = {}): Promise<number[]> {
  const program = `${before}
    const { findFreePorts } = await import('${freePorts}');
    console.log(JSON.stringify(await findFreePorts(${count})));`;
  const { stdout } = await run(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { env: { ...process.env, TMPDIR: folder } },
  );
  return JSON.parse(stdout) as number[];
}

function ownFolder(): string {
  mkdirSync(own, { mode: 0o700, recursive: true });
  return own;
}

function beginAt(text: string): void {
  writeFileSync(join(ownFolder(), 'next'), text);
}

it('gives no port to two processes, though nobody has bound it', async () => {
  const given = await Promise.all([4, 4, 4].map((count) => askInNewProcess(count)));
  expect(new Set(given.flat()).size).toBe(12);
});

it('gives a port that has become free only when its turn comes', async () => {
  const [first] = (await askInNewProcess(1)) as [number];
  const [second] = (await askInNewProcess(1)) as [number];
  expect(second).toBeGreaterThan(first);
});

it('passes over a port that somebody listens on', async () => {
  const [taken] = (await askInNewProcess(1)) as [number];
  const server = createServer().listen(taken, '127.0.0.1');
  try {
    await expect.poll(() => server.listening).toBe(true);
    beginAt(String(taken));
    expect(await askInNewProcess(2)).not.toContain(taken);
  } finally {
    server.close();
  }
});

it.each(['31999', '32000', '40000'])('begins again after the last one: %s', async (turn) => {
  beginAt(turn);
  for (const port of await askInNewProcess(3)) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  }
});

it.each(['', 'half a', '-5', '1e300', 'null'])('begins anew when the turn is: %j', async (turn) => {
  beginAt(turn);
  const [port] = (await askInNewProcess(1)) as [number];
  expect(port).toBeGreaterThanOrEqual(20_000);
  await expect(
    new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve)),
  ).resolves.toMatchObject({ code: 'ECONNREFUSED' });
});

it('goes on when whoever had the turn was killed with it', async () => {
  beginAt('25000');
  const killed = `const { hold } = await import('${freePorts.replace('free-ports', 'lock-file')}');
    hold('${own}/next.lock');
    process.kill(process.pid, 'SIGKILL');`;
  await expect(askInNewProcess(1, { before: killed })).rejects.toMatchObject({ signal: 'SIGKILL' });
  expect(readFileSync(join(own, 'next.lock'), 'utf8')).toContain('pid');
  expect((await askInNewProcess(1))[0]).toBeGreaterThanOrEqual(25_000);
});

it('gives ports to a user who has no name', async () => {
  // As an arbitrary number in a container; the real thing needs a process of such a user.
  const nameless = `const os = await import('node:os');
    os.default.userInfo = () => { throw new Error('uv_os_get_passwd returned ENOENT'); };
    (await import('node:module')).syncBuiltinESMExports();`;
  expect(await askInNewProcess(2, { before: nameless })).toHaveLength(2);
});

it.each<[string, () => void]>([
  ['is a file of somebody', () => writeFileSync(own, '')],
  ['can be written by others', () => chmodSync(ownFolder(), 0o777)],
  ['leads elsewhere', () => symlinkSync(join(folder, 'elsewhere'), own)],
])('gives ports without turns when the place for them %s', async (_what, spoil) => {
  mkdirSync(join(folder, 'elsewhere'));
  spoil();
  expect(await askInNewProcess(2)).toHaveLength(2);
  for (const path of [own, join(folder, 'elsewhere')])
    expect(existsSync(join(path, 'next'))).toBe(false);
});
