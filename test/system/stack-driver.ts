// Drives `npm run stack` as an operator would, in a data directory of its own.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Credentials } from '../../src/main/credentials.ts';
import { signToken } from '../../src/main/sign-token.ts';
import type { StackSummary } from '../../src/main/stack-summary.ts';

const run = promisify(execFile);

export type StackDriver = {
  dataDir: string;
  /** Runs `npm run stack -- …` and resolves with what it printed. */
  command(...args: string[]): Promise<string>;
  summary(): StackSummary;
  /** Deletes the data directory; the stack must be down. */
  forget(): void;
};

export function createStackDriver(env: { readonly [name: string]: string } = {}): StackDriver {
  const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-stack-'));
  return {
    dataDir,
    async command(...args) {
      const { stdout } = await run('npm', ['run', '-s', 'stack', '--', ...args], {
        env: { ...process.env, ...env, BEFOREHAND_DATA_DIR: dataDir },
        timeout: 120_000,
      });
      return stdout;
    },
    summary: () => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')),
    forget: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

export type LoginEvent = { id: string; user: string };

/** Posts logins as one batch and resolves with their tickets. */
export async function postLogins(
  { ingest, producerKey }: { ingest: string; producerKey: string },
  logins: readonly LoginEvent[],
): Promise<string[]> {
  const response = await fetch(`${ingest}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${producerKey}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(
      logins.map(({ id, user }) => ({
        ...{ specversion: '1.0', source: '/shop', type: 'user.login', data: { device: 'web' } },
        ...{ id, subject: user },
      })),
    ),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`${response.status} ${text}`);
  return (JSON.parse(text) as { tickets: string[] }).tickets;
}

/** What `user` gets in a region when they ask for the document of `whose`. */
export async function readDocument(
  region: string,
  credentials: Pick<Credentials, 'token'>,
  user: string,
  whose = 'me',
): Promise<{ status: number; body: string }> {
  const token = await signToken(credentials as Credentials, { user, ttlS: 600 });
  const response = await fetch(`${region}/v1/content/${whose}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: await response.text() };
}
