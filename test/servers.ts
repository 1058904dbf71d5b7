// Finds or starts the real servers that tests run against, once for the whole run.

import { execFileSync } from 'node:child_process';
import amqp from 'amqplib';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ensureNginx, ensureNginxJs } from '../src/servers/system-packages.ts';
import { isDockerThere, startContainers } from './docker-servers.ts';
import { startLocalServers } from './local-servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a user who may do everything in the default virtual host. */
    amqpUrl: string;
    /** Of a superuser. */
    postgresUrl: string;
    /** The path of the program. */
    nginxProgram: string;
  }
}

export type TestServer = { url: string; from: string };
export type ServerName = 'amqp' | 'postgres';
export type StartedServers = {
  servers: { readonly [Name in ServerName]?: TestServer };
  stop(): Promise<void>;
};

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (text: string) => console.log(text);
  const nginxProgram = ensureNginx(say);
  ensureNginxJs(say);
  const { amqp: broker, postgres, stop } = await findServers(say);
  try {
    say(
      [
        'Servers of this test run:',
        row(await describeBroker(broker.url), broker),
        row(await describeDatabase(postgres.url), postgres),
        row(describeNginx(nginxProgram), { url: null, from: nginxProgram }),
        '',
      ].join('\n'),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('amqpUrl', broker.url);
  project.provide('postgresUrl', postgres.url);
  project.provide('nginxProgram', nginxProgram);
  return stop;
}

function row(product: string, { url, from }: { url: string | null; from: string }): string {
  const address = url === null ? '' : withoutPassword(url);
  return `  ${product.padEnd(17)} ${address.padEnd(34)} ${from}`;
}

/** URLs in the environment come first, then Docker, then programs on this machine. */
async function findServers(say: (text: string) => void) {
  const given = {
    amqp: fromEnvironment('BEFOREHAND_TEST_AMQP_URL'),
    postgres: fromEnvironment('BEFOREHAND_TEST_POSTGRES_URL'),
  };
  const wanted = (['amqp', 'postgres'] as const).filter((name) => given[name] === null);
  const { servers, stop } = await startServers(wanted, say);
  return {
    amqp: (given.amqp ?? servers.amqp) as TestServer,
    postgres: (given.postgres ?? servers.postgres) as TestServer,
    stop,
  };
}

async function startServers(
  wanted: readonly ServerName[],
  say: (text: string) => void,
): Promise<StartedServers> {
  if (wanted.length === 0) return { servers: {}, stop: async () => {} };
  if (await isDockerThere()) return startContainers(wanted);
  return startLocalServers(wanted, say);
}

function fromEnvironment(name: string): TestServer | null {
  const url = process.env[name];
  return url === undefined || url === '' ? null : { url, from: `given by ${name}` };
}

/** Connecting proves that the URL is right before any test has to. */
async function describeBroker(url: string): Promise<string> {
  const connection = await amqp.connect(url).catch((cause) => {
    throw new Error(`No broker answers at ${withoutPassword(url)}: ${cause.message}`, { cause });
  });
  const { product, version } = connection.connection.serverProperties;
  await connection.close();
  return `${product} ${version}`;
}

async function describeDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect().catch((cause) => {
    throw new Error(`No Postgres answers at ${withoutPassword(url)}: ${cause.message}`, { cause });
  });
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  return `PostgreSQL ${rows[0]?.server_version.split(' ')[0]}`;
}

function describeNginx(program: string): string {
  const version = execFileSync('sh', ['-c', '"$0" -v 2>&1', program], { encoding: 'utf8' });
  return `nginx ${/nginx\/(\S+)/.exec(version)?.[1]}`;
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
