// How the stack starts the services of its configuration: members like all others, but nobody waits
// for one that cannot be started.

import { dirname, join } from 'node:path';
import { describeError } from '../domain/errors.ts';
import { startService } from '../servers/service-process.ts';
import { credentialFiles } from './credentials.ts';
import { type ServiceUrls, serviceEnv, serviceUrl, withoutLine } from './service-env.ts';
import { addressOf, type Stack } from './stack-context.ts';
import type { OnSpawn } from './stack-servers.ts';
import { type StackMember, type StackState, serviceOf } from './stack-state.ts';

/** Says in `member.absent` why it is not there. */
export async function startStackService(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  const started = await run(stack, member, onSpawn).catch((error: unknown) => ({
    absent: describeError(error),
  }));
  if ('child' in started) return;
  member.absent = started.absent;
  member.isStopped = true;
  member.processes = [];
}

async function run({ state, settings, files }: Stack, member: StackMember, onSpawn: OnSpawn) {
  const [name, service] = serviceOf(state, member);
  const [ingest] = state.members.filter(({ kind }) => kind === 'ingest');
  const env = serviceEnv({
    ...{ owner: 'stack', name, service, port: member.port },
    dataDir: join(files.directory, member.name),
    ingestUrl: ingest === undefined ? '' : addressOf(ingest),
    keysFile: credentialFiles(settings.dataDir).producerKeys,
    // An ingest would refuse a new one for a second, and a revoked one has to stay revoked.
    key: member.env.BEFOREHAND_PRODUCER_KEY,
  });
  member.env = env;
  return await startService({
    ...{ name, command: service.command, port: member.port, env, onSpawn, isTied: false },
    ...{ cwd: dirname(settings.configFile), logFile: files.log(member.name) },
    readyTimeoutMs: settings.serviceReadyTimeoutMs,
    killAfterMs: settings.serviceKillAfterMs,
  });
}

/** Of those that were started once, wherever they run: one that was stopped may come again. */
export function stackServiceUrls(state: StackState): ServiceUrls {
  const started = state.members.filter(
    ({ kind, absent }) => kind === 'service' && absent === undefined,
  );
  const ours = started.map((member) => [serviceOf(state, member)[1].url, serviceUrl(member.port)]);
  return { ...Object.fromEntries(ours), ...state.givenServiceUrls };
}

export function withoutLines(state: StackState): string[] {
  return state.members.flatMap((member) =>
    member.absent === undefined ? [] : [withoutLine(serviceOf(state, member)[0], member.absent)],
  );
}
