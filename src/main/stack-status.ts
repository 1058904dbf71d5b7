// `stack status`: what runs, as a table.

import { portAnswers } from '../servers/port-answers.ts';
import { isMemberRunning } from './stack-member.ts';
import { isReady } from './stack-program.ts';
import type { StackMember, StackState } from './stack-state.ts';

/**
 * `dead`: it was not stopped by a command. `starting`: it lives and does not answer (yet). `absent`: a
 * service that could not be started, so the stack goes without it.
 */
export type MemberStatus = 'ready' | 'starting' | 'stopped' | 'dead' | 'absent';

export async function statusOf(member: StackMember): Promise<MemberStatus> {
  if (member.absent !== undefined) return 'absent';
  if (member.isStopped) return 'stopped';
  if (!isMemberRunning(member)) return 'dead';
  const isForeign = ['postgres', 'rabbitmq', 'nginx', 'balancer', 'service'].includes(member.kind);
  const answers = isForeign ? portAnswers(member.port) : isReady(member);
  return (await answers) ? 'ready' : 'starting';
}

/** Returns the lines of the table, and whether everything is ready that could be started. */
export async function describeStack(
  state: StackState,
): Promise<{ lines: string[]; isAllReady: boolean }> {
  const statuses = await Promise.all(state.members.map(statusOf));
  const rows = state.members.map(({ name, port, processes }, index) => [
    name,
    statuses[index] as MemberStatus,
    String(port),
    processes.map(({ pid }) => pid).join(' '),
  ]);
  const format = ([name = '', status = '', port = '', pids = '']: string[]) =>
    `${name.padEnd(14)} ${status.padEnd(9)} ${port.padEnd(6)} ${pids}`.trimEnd();
  return {
    lines: [['NAME', 'STATE', 'PORT', 'PID'], ...rows].map(format),
    isAllReady: statuses.every((status) => status === 'ready' || status === 'absent'),
  };
}
