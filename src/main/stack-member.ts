// Starts and stops one member of the stack, whatever kind it is.

import { stopNginx } from '../servers/nginx-server.ts';
import { stopPostgres } from '../servers/postgres-server.ts';
import { stopRabbitmq } from '../servers/rabbitmq-server.ts';
import { commandOf, identifyProcess, isRunning, stopProcess } from '../servers/running-process.ts';
import type { Stack } from './stack-context.ts';
import { reloadDoor, startBalancer, startNginx } from './stack-doors.ts';
import { startProgram } from './stack-program.ts';
import { type OnSpawn, startPostgres, startRabbitmq } from './stack-servers.ts';
import { startStackService } from './stack-services.ts';
import { isDoor, type MemberKind, type StackMember } from './stack-state.ts';

type Start = (stack: Stack, member: StackMember, onSpawn: OnSpawn) => Promise<void>;

const starters: { [Kind in MemberKind]: Start } = {
  postgres: startPostgres,
  rabbitmq: startRabbitmq,
  nginx: startNginx,
  balancer: startBalancer,
  ingest: startProgram,
  worker: startProgram,
  operator: startProgram,
  replica: startProgram,
  service: startStackService,
};

/** Whether all of its processes live. */
export function isMemberRunning(member: StackMember): boolean {
  return member.processes.length > 0 && member.processes.every(isRunning);
}

/** Resolves when it is ready; says so, and how long it took. */
export async function startMember(
  stack: Stack,
  member: StackMember,
  signal?: AbortSignal,
): Promise<void> {
  const startedAtMs = Date.now();
  // What a killed process left behind still has the port: workers of Nginx, the node's epmd.
  await endProcesses(stack, member);
  member.processes = [];
  member.isStopped = false;
  delete member.absent;
  await starters[member.kind](stack, member, (pid) => {
    const started = identifyProcess(pid);
    if (started === null) return;
    member.processes.push({ ...started, command: commandOf(pid) });
    stack.save();
    if (signal?.aborted) process.kill(-pid, 'SIGKILL');
  });
  stack.save();
  if (member.absent !== undefined) {
    return stack.say(`  ${member.name.padEnd(14)} absent  ${member.absent}`);
  }
  const tookS = ((Date.now() - startedAtMs) / 1000).toFixed(1);
  stack.say(`  ${member.name.padEnd(14)} ready   127.0.0.1:${member.port}   ${tookS} s`);
}

/** Resolves when it is gone. */
export async function stopMember(stack: Stack, member: StackMember): Promise<void> {
  const wasRunning = isMemberRunning(member);
  await endProcesses(stack, member);
  member.processes = [];
  member.isStopped = true;
  stack.save();
  stack.say(`  ${member.name.padEnd(14)} ${wasRunning ? 'stopped' : 'was not running'}`);
}

/** Resolves when it is ready again. A door stays open meanwhile. */
export async function restartMember(stack: Stack, member: StackMember): Promise<void> {
  if (isDoor(member) && isMemberRunning(member)) {
    await reloadDoor(stack, member);
    return stack.say(`  ${member.name.padEnd(14)} reloaded, and open all the while`);
  }
  await stopMember(stack, member);
  await startMember(stack, member);
}

async function endProcesses(stack: Stack, { kind, processes }: StackMember): Promise<void> {
  const [first, second] = processes;
  if (first === undefined) return;
  if (kind === 'rabbitmq' && second !== undefined) {
    await stopRabbitmq({ epmd: first, node: second });
  } else if (kind === 'postgres') await stopPostgres(first);
  else if (kind === 'nginx' || kind === 'balancer') await stopEachNginx(processes);
  else await stopProcess(first, { signal: 'SIGTERM', killAfterMs: killAfterMs(stack, kind) });
}

function killAfterMs({ settings }: Stack, kind: MemberKind): number {
  return kind === 'service' ? settings.serviceKillAfterMs : settings.killAfterMs;
}

/** The door before the verifier, which it started after. */
async function stopEachNginx(processes: StackMember['processes']): Promise<void> {
  for (const server of processes.toReversed()) await stopNginx(server);
}

/** Who listens to whom decides: doors close first, servers go last. */
const stopOrder: readonly MemberKind[][] = [
  ['balancer'],
  ['nginx'],
  ['ingest'],
  ['replica'],
  ['worker', 'operator'],
  ['rabbitmq', 'postgres', 'service'],
];

export async function stopAllMembers(stack: Stack): Promise<void> {
  for (const kinds of stopOrder) {
    const members = stack.state.members.filter(
      ({ kind, processes }) => kinds.includes(kind) && processes.length > 0,
    );
    await Promise.all(members.map((member) => stopMember(stack, member)));
  }
}
