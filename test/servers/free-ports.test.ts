// Ports that several processes choose at the same time.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
const freePorts = join(import.meta.dirname, '../../src/servers/free-ports.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-free-ports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a new process is given; several ask in the order of the answers. */
async function askInNewProcess(count: number): Promise<number[]> {
  const program = `import { findFreePorts } from '${freePorts}';
    console.log(JSON.stringify(await findFreePorts(${count})));`;
  const { stdout } = await run(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { env: { ...process.env, TMPDIR: folder } },
  );
  return JSON.parse(stdout) as number[];
}

function beginAt(text: string): void {
  writeFileSync(join(folder, `beforehand-next-port-${userInfo().uid}`), text);
}

it('gives no port to two processes, though nobody has bound it', async () => {
  const given = await Promise.all([4, 4, 4].map(askInNewProcess));
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
