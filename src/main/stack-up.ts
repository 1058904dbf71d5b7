// `stack up` and `stack down`: everything at once.

import { rmSync } from 'node:fs';
import type { Services } from '../domain/config-services.ts';
import { createLogins, loginUrl } from '../outbound/postgres-logins.ts';
import { findFreePorts } from '../servers/free-ports.ts';
import { removePostgresCluster } from '../servers/postgres-placement.ts';
import { openCredentials } from './credentials.ts';
import { findConfig, loadConfig, requireRegions } from './load-config.ts';
import { newPostgresSecrets } from './postgres-secrets.ts';
import { writeSecretJson } from './secret-json.ts';
import { givenServiceUrls } from './service-env.ts';
import type { StackSize } from './stack-arguments.ts';
import { addressOf, openStack, type Stack, type StackSettings } from './stack-context.ts';
import { isMemberRunning, startMember, stopAllMembers } from './stack-member.ts';
import { planMembers, planPlaces, socketNames } from './stack-plan.ts';
import { givenEnv, migrate } from './stack-program.ts';
import { withoutLines } from './stack-services.ts';
import { makeSocketDir } from './stack-sockets.ts';
import { isDoor, type MemberKind, readState, stackFiles } from './stack-state.ts';
import { summarize } from './stack-summary.ts';

type Say = (line: string) => void;

/** Resolves when everything is ready. If anything fails, all of it is stopped and deleted. */
export async function stackUp(
  given: StackSettings,
  size: StackSize,
  { say, signal }: { say: Say; signal: AbortSignal },
): Promise<void> {
  const settings = { ...given, configFile: configPath(given) };
  const config = await loadConfig(settings.configFile);
  const regions = size.regions ?? config.regions;
  requireRegions(config, regions);
  await clearStale(settings, say);
  const stack = await planStack(settings, { ...size, regions }, config.services ?? {}, say);
  stack.state.hasPage = config.page !== undefined;
  // What is being started dies, and whoever waits for it fails.
  let interrupted = Promise.resolve();
  const interrupt = () => {
    interrupted = stopAllMembers(stack);
  };
  signal.addEventListener('abort', interrupt);
  try {
    say(`Starting ${stack.state.members.length} processes, logs in ${stack.files.directory}/logs`);
    await startEverything(stack, signal);
    writeSecretJson(stack.files.summary, summarize(stack, await openCredentials(settings.dataDir)));
  } catch (error) {
    if (!signal.aborted) say(`\n${(error as Error).message}\n\nStopping what was started:`);
    await interrupted;
    await stackDown(stack);
    throw new Error(signal.aborted ? 'Interrupted.' : 'The stack did not start.', { cause: error });
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
  sayReady(stack);
}

/** Stops all members and deletes everything but the keys. */
export async function stackDown(stack: Stack): Promise<void> {
  await stopAllMembers(stack);
  removePostgresCluster(stack.files.directory);
  rmSync(stack.state.socketDir, { recursive: true, force: true });
  rmSync(stack.files.directory, { recursive: true, force: true });
  rmSync(stack.files.summary, { force: true });
}

function configPath({ configFile }: StackSettings): string {
  return findConfig({ file: configFile, folder: process.cwd() });
}

/** After a restart of the machine there is a state, but nothing that it speaks of. */
async function clearStale(settings: StackSettings, say: Say): Promise<void> {
  const state = readState(stackFiles(settings.dataDir).state);
  if (state === null) return;
  const running = state.members.filter(isMemberRunning);
  if (running.length > 0) {
    throw new Error(
      `The stack is already up: ${running.length} of ${state.members.length} processes run. See \`npm run stack -- status\`, or take it down first.`,
    );
  }
  say('Nothing of the last stack runs any more. Deleting what it left.');
  await stackDown(openStack(settings, state, () => {}));
}

async function planStack(
  settings: StackSettings,
  size: StackSize & { regions: readonly string[] },
  services: Services,
  say: Say,
): Promise<Stack> {
  await openCredentials(settings.dataDir);
  const { amqpUrl, postgresUrl, configFile } = settings;
  const givenServers = { amqp: amqpUrl !== '', postgres: postgresUrl !== '' };
  const givenUrls = givenServiceUrls(services, process.env);
  const ours = Object.keys(services).filter((name) => !givenUrls[services[name]?.url ?? '']);
  const places = planPlaces(size, givenServers, ours);
  const state = {
    givenEnv: givenEnv(process.env),
    ...{ configFile, services, givenServiceUrls: givenUrls },
    secrets: newPostgresSecrets(),
    socketDir: makeSocketDir(stackFiles(settings.dataDir).directory, socketNames(places)),
    amqpUrl,
    postgresUrl,
    members: planMembers(places, await findFreePorts(places.length)),
  };
  const stack = openStack(settings, state, say);
  stack.save();
  return stack;
}

async function startEverything(stack: Stack, signal: AbortSignal): Promise<void> {
  const start = async (...kinds: MemberKind[]) => {
    signal.throwIfAborted();
    const members = stack.state.members.filter(({ kind }) => kinds.includes(kind));
    await settleAll(members.map((member) => startMember(stack, member, signal)));
  };
  /** Workers have to know which services there are, and an ingest waits for a worker's word of the time. */
  const startWorkers = async () => {
    await start('service');
    await start('worker');
  };
  await start('postgres', 'rabbitmq');
  await createLogins({
    postgresUrl: stack.state.postgresUrl,
    passwords: stack.state.secrets,
    inspectorTimeoutMs: stack.settings.inspectorTimeoutMs,
  });
  await migrate(stack);
  stack.say('  migrations     done');
  // Not before, because services report as soon as they run.
  await settleAll([startWorkers(), start('ingest', 'operator')]);
  // A replica asks workers for its first snapshot.
  await start('replica');
  await start('nginx');
  await start('balancer');
}

/** Waits for all, so that nothing is still being started when the first failure is handled. */
async function settleAll(starts: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(starts);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function sayReady({ state, files, say }: Stack): void {
  const line = (name: string, value: string) => say(`  ${name.padEnd(14)} ${value}`);
  say('ready');
  for (const member of state.members) {
    if (isDoor(member) || ['ingest', 'operator'].includes(member.kind)) {
      line(member.region ?? member.name, addressOf(member));
    }
  }
  for (const absent of withoutLines(state)) say(`  ${absent}`);
  line('psql', `psql "${loginUrl(state.postgresUrl, 'inspector', state.secrets)}"`);
  line('for scripts', files.summary);
}
