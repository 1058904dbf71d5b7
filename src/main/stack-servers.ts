// How the stack starts the servers that are not ours: Postgres, RabbitMQ, Nginx.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderNginxConfig } from '../servers/nginx-config.ts';
import { startNginxServer } from '../servers/nginx-server.ts';
import { findPostgresBinaries } from '../servers/postgres-binaries.ts';
import { startPostgresServer } from '../servers/postgres-server.ts';
import { startRabbitmqServer } from '../servers/rabbitmq-server.ts';
import { ensureNginx, ensureRabbitmq } from '../servers/system-packages.ts';
import type { Stack } from './stack-context.ts';
import type { StackMember } from './stack-state.ts';

export type OnSpawn = (pid: number) => void;

const regionTemplate = fileURLToPath(new URL('../../nginx/region.conf', import.meta.url));

export async function startPostgres(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  const { url } = await startPostgresServer({
    dataDir: stack.files.directory,
    binaries: findPostgresBinaries({ preferEmbedded: false }),
    password: stack.state.secrets.postgres,
    logFile: stack.files.log(member.name),
    port: member.port,
    // Ten for each of as many workers as can be asked for, and some for people.
    flags: { max_connections: '400' },
    onNotice: stack.say,
    onSpawn,
  });
  stack.state.postgresUrl = url;
}

export async function startRabbitmq(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  const { url, env } = await startRabbitmqServer({
    directory: join(stack.files.directory, member.name),
    programs: ensureRabbitmq(stack.say),
    logFile: stack.files.log(member.name),
    port: member.port,
    onSpawn,
  });
  // Kept so that rabbitmqctl can be pointed at this node.
  const { PATH: _, ...nodeEnv } = env;
  member.env = nodeEnv as StackMember['env'];
  stack.state.amqpUrl = url;
}

export async function startNginx(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  const replicas = stack.state.members.filter(
    ({ kind, region }) => kind === 'replica' && region === member.region,
  );
  const lines = replicas.map(({ port }) => `server 127.0.0.1:${port} max_fails=2 fail_timeout=1s;`);
  await startNginxServer({
    directory: join(stack.files.directory, member.name),
    program: ensureNginx(stack.say),
    config: renderNginxConfig(readFileSync(regionTemplate, 'utf8'), {
      port: member.port,
      replicas: lines.join('\n    '),
    }),
    port: member.port,
    logFile: stack.files.log(member.name),
    onSpawn,
  });
}
