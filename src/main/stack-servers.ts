// How the stack starts the servers behind our processes: Postgres and RabbitMQ.

import { join } from 'node:path';
import { findPostgresBinaries } from '../servers/postgres-binaries.ts';
import { startPostgresServer } from '../servers/postgres-server.ts';
import { startRabbitmqServer } from '../servers/rabbitmq-server.ts';
import { ensureRabbitmq } from '../servers/system-packages.ts';
import type { Stack } from './stack-context.ts';
import type { StackMember } from './stack-state.ts';

export type OnSpawn = (pid: number) => void;

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
