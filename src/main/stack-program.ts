// How the stack runs our own entry points: as Node processes, with production's environment.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loginUrl } from '../outbound/postgres-logins.ts';
import { startChild, waitUntilReady } from '../servers/child-process.ts';
import { addressOf, type Stack } from './stack-context.ts';
import { pageEnv } from './stack-page.ts';
import { memberEnv } from './stack-plan.ts';
import type { OnSpawn } from './stack-servers.ts';
import type { MemberKind, StackMember } from './stack-state.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Resolves when the process answers that it is ready. */
export async function startProgram(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  member.env = withoutWithheld(member.kind, {
    ...pageEnv(member, stack.state),
    ...stack.state.givenEnv,
    ...givenEnv(process.env),
    ...memberEnv(member, { ...stack.settings, ...stack, directory: stack.files.directory }),
  });
  const child = await startChild({
    name: member.name,
    command: process.execPath,
    args: nodeArguments(member.kind),
    env: { ...hostEnv(process.env), ...member.env },
    cwd: repository,
    logFile: stack.files.log(member.name),
    onSpawn,
  });
  await waitUntilReady(member.name, child, {
    isReady: () => isReady(member),
    timeoutMs: stack.settings.readyTimeoutMs,
  });
}

export async function isReady(member: StackMember): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(`${addressOf(member)}/health/ready`, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Runs the migrations to their end. Its output is the error, too. */
export async function migrate(stack: Stack): Promise<void> {
  const { postgresUrl, secrets } = stack.state;
  const url = loginUrl(postgresUrl, 'migrator', secrets);
  const env = { ...hostEnv(process.env), BEFOREHAND_POSTGRES_URL: url };
  const logFile = stack.files.log('migrate');
  mkdirSync(dirname(logFile), { recursive: true });
  const timeout = stack.settings.readyTimeoutMs;
  const options = { env, cwd: repository, timeout };
  try {
    const { stdout, stderr } = await run(process.execPath, nodeArguments('migrate'), options);
    writeFileSync(logFile, stdout + stderr);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    writeFileSync(logFile, stdout + stderr);
    const tail = stderr.trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`The migrations failed. They wrote last:\n${tail}`, { cause: error });
  }
}

/** What a person set for our processes passes through the stack to each of them. */
export function givenEnv(env: NodeJS.ProcessEnv): { [name: string]: string } {
  return pick(env, (name) => name.startsWith('BEFOREHAND_') && !name.startsWith(testPrefix));
}

/** Names servers of our tests, with their passwords. */
const testPrefix = 'BEFOREHAND_TEST_';

/** What Node itself needs. The rest of a person's shell, with its secrets, is not for processes. */
export function hostEnv(env: NodeJS.ProcessEnv): { [name: string]: string } {
  const names = ['PATH', 'HOME', 'LANG', 'TZ'];
  return pick(env, (name) => names.includes(name) || name.startsWith('NODE_'));
}

/** What a kind of process must not be able to reach, whoever exported it. */
const withheld: { readonly [Kind in MemberKind]?: readonly string[] } = {
  ingest: ['BEFOREHAND_POSTGRES_URL', 'BEFOREHAND_POSTGRES_URL_FILE'],
  replica: ['BEFOREHAND_POSTGRES_URL', 'BEFOREHAND_POSTGRES_URL_FILE'],
};

export function withoutWithheld(
  kind: MemberKind,
  env: { readonly [name: string]: string },
): { [name: string]: string } {
  return pick(env, (name) => !withheld[kind]?.includes(name));
}

function pick(
  env: NodeJS.ProcessEnv,
  isWanted: (name: string) => boolean,
): { [name: string]: string } {
  const wanted = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isWanted(entry[0]),
  );
  return Object.fromEntries(wanted);
}

function nodeArguments(entry: string): string[] {
  return ['--import', 'tsx', fileURLToPath(new URL(`./${entry}.ts`, import.meta.url))];
}
