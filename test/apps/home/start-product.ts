// Starts a product's back end as a process of its own, as solo and stack do.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { config } from '../../../home.config.ts';

export type Product = {
  url: string;
  child: ChildProcess;
  /** Lines that it printed. */
  lines: string[];
  post(path: string, body: unknown, headers?: { [name: string]: string }): Promise<Response>;
  stop(): Promise<number | null>;
};

const root = join(import.meta.dirname, '..', '..', '..');

/** `dataDir` keeps its state for another start; otherwise it is removed with the process. */
export async function startProduct(
  name: string,
  { env = {}, dataDir }: { env?: { [name: string]: string }; dataDir?: string } = {},
): Promise<Product> {
  const [program = '', ...args] = config.services?.[name]?.command ?? [];
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), `beforehand-${name}-`));
  const given = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    ...{ cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...given, PORT: '0', DATA_DIR: folder, ...env },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.trimEnd().split('\n'));
    });
  }
  const ended = once(child, 'exit');
  void ended.then(() => {
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  });
  const port = () => lines.join('\n').match(/listens at port (\d+)/)?.[1];
  await vi.waitFor(() => expect(port(), lines.join('\n')).toBeDefined(), { timeout: 15_000 });
  const url = `http://127.0.0.1:${port()}`;
  return {
    ...{ url, child, lines },
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
  };
}
