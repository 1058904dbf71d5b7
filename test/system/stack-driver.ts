// Drives `npm run stack` as an operator would, in a data directory of its own. The stack brings its own
// RabbitMQ and Postgres, or is given containers, see stack-containers.ts.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Credentials } from '../../src/main/credentials.ts';
import { signToken } from '../../src/main/sign-token.ts';
import type { StackSummary } from '../../src/main/stack-summary.ts';
import { rabbitmqctlOf } from './rabbitmqctl.ts';
import { createStackContainers } from './stack-containers.ts';

const run = promisify(execFile);

export type StackDriver = {
  dataDir: string;
  /** Runs `npm run stack -- …` and resolves with what it printed. */
  command(...args: string[]): Promise<string>;
  summary(): StackSummary;
  /** Leaders of process groups, those of containers included. */
  pids(): Promise<{ readonly [kind: string]: readonly number[] }>;
  /** Resolves with what it printed. */
  rabbitmqctl(...args: string[]): Promise<string>;
  /** What is in containers has no pid in the summary; without any, there is nothing to do. */
  killContainers(): Promise<void>;
  /** Deletes the data directory; the stack must be down. */
  forget(): Promise<void>;
};

export function createStackDriver(env: { readonly [name: string]: string } = {}): StackDriver {
  const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-stack-'));
  const containers = process.env.TEST_STACK_CONTAINERS ? createStackContainers() : null;
  const killContainers = async () => containers?.kill();
  let given = {};
  const summary = (): StackSummary => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8'));
  return {
    dataDir,
    async command(...args) {
      const [verb, member = ''] = args;
      if (verb === 'up' && containers !== null) given = await containers.start();
      if (verb === 'restart' && (await containers?.restart(member))) return '';
      const { stdout } = await run('npm', ['run', '-s', 'stack', '--', ...args], {
        env: { ...process.env, ...env, ...given, BEFOREHAND_DATA_DIR: dataDir },
        timeout: 120_000,
      });
      if (verb === 'down') await killContainers();
      return stdout;
    },
    summary,
    pids: async () => ({ ...summary().pids, ...(await containers?.pids()) }),
    rabbitmqctl: containers?.rabbitmqctl ?? rabbitmqctlOf(dataDir),
    killContainers,
    async forget() {
      await killContainers();
      rmSync(dataDir, { recursive: true, force: true });
    },
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
