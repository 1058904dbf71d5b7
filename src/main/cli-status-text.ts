// How the state of an installation looks, and what of it is wrong.

import {
  type Backlog,
  deadOf,
  maxCounted,
  type QueueDepth,
  type Waiting,
} from '../domain/backlog.ts';
import type { EventCounts, ReplicaProgress } from '../domain/worker/progress.ts';
import { silentAfterMs } from '../domain/worker/whole-health.ts';
import { factLines } from './cli-content-text.ts';
import { type Door, doorState } from './cli-doors.ts';
import { counted, numberText, tableLines } from './cli-table.ts';
import { momentText, spanText } from './cli-time.ts';

/** Something is wrong when what is due has waited for so long: a worker looks twice a second. */
const lateAfterMs = 60_000;

/** What could not be read says why. */
export type Status = {
  doors: readonly Door[];
  queues: readonly QueueDepth[] | { error: string } | null;
  backlog: (Backlog & EventCounts) | { error: string };
  replicas: readonly ReplicaProgress[];
};

export function problemsOf({ doors, queues, backlog, replicas }: Status): string[] {
  return [
    ...doors
      .filter(({ readiness }) => readiness.state !== 'ready')
      .map((door) => `${door.name} is ${doorState(door)}`),
    ...queueProblems(queues),
    ...('error' in backlog ? [backlog.error] : backlogProblems(backlog)),
    ...replicas
      .filter(isSilent)
      .map((one) => `replica ${one.instance} was not heard of for ${spanText(one.silentMs)}`),
  ];
}

function isSilent({ retiredAtMs, silentMs }: ReplicaProgress): boolean {
  return retiredAtMs === null && silentMs > silentAfterMs;
}

function queueProblems(queues: Status['queues']): string[] {
  if (queues === null) return [];
  if ('error' in queues) return [`RabbitMQ: ${queues.error}`];
  const missing = queues.filter(({ messages }) => messages === null);
  const unread = queues.filter(({ messages, consumers }) => messages !== null && consumers === 0);
  const names = (some: readonly QueueDepth[]) => some.map(({ name }) => name).join(', ');
  return [
    ...(missing.length === 0 ? [] : [`no queue ${names(missing)}: was a worker ever started?`]),
    ...(unread.length === 0 ? [] : [`nobody reads ${names(unread)}: is there a worker?`]),
  ];
}

function backlogProblems(backlog: Backlog): string[] {
  const late = (what: string, { overdueMs }: Waiting) =>
    overdueMs > lateAfterMs
      ? [`${what} due ${spanText(overdueMs)} ago, and nobody took it: is there a worker?`]
      : [];
  const { lastHour } = deadOf(backlog);
  const units = `${boundedText(lastHour)} unit${lastHour === 1 ? '' : 's'}`;
  return [
    ...late('a parked unit was', backlog.parked),
    ...late('unsent content was', backlog.unsent),
    ...late('a reported event was', backlog.followUps),
    ...(lastHour === 0 ? [] : [`${units} died within the hour: npm run -s cli -- dead summary`]),
  ];
}

function boundedText(count: number): string {
  return `${numberText(count)}${count < maxCounted ? '' : ' or more'}`;
}

export function statusPage(
  { doors, queues, backlog, replicas }: Status,
  problems: readonly string[],
  columns: number | null,
): string[] {
  const parts = [
    doors.length === 0 ? [] : doorLines(doors, columns),
    queueLines(queues, columns),
    'error' in backlog ? [] : backlogLines(backlog, columns),
    replicas.length === 0 ? [] : replicaLines(replicas, columns),
    problems.length === 0
      ? ['All is well.']
      : ['Wrong:', ...problems.map((problem) => `- ${problem}`)],
  ];
  const shown = parts.filter((lines) => lines.length > 0);
  return shown.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function doorLines(doors: readonly Door[], columns: number | null): string[] {
  // The address is longer than a column of a table may be.
  const nameWidth = Math.max(...doors.map(({ name }) => name.length), 'PROCESS'.length) + 2;
  const urlWidth = Math.max(...doors.map(({ url }) => url.length)) + 2;
  const rows = [
    ['PROCESS', 'AT', 'STATE'],
    ...doors.map((door) => [door.name, door.url, doorState(door)]),
  ];
  return rows.map(([name = '', url = '', state = '']) => {
    const line = `${name.padEnd(nameWidth)}${url.padEnd(urlWidth)}${state}`;
    return columns === null ? line : line.slice(0, Math.max(columns, nameWidth + urlWidth + 40));
  });
}

function queueLines(queues: Status['queues'], columns: number | null): string[] {
  if (queues === null || 'error' in queues) return [];
  const rows = queues.map(({ name, messages, consumers }) => [
    ...[name, messages === null ? '-' : numberText(messages), numberText(consumers)],
  ]);
  return tableLines(['QUEUE', 'WAITING', 'READERS'], rows, columns);
}

function backlogLines(backlog: Backlog & EventCounts, columns: number | null): string[] {
  const { eventsLastMinute: minute, eventsLastHour: hour } = backlog;
  const count = (number: number | null) =>
    number === null ? 'too many to count' : numberText(number);
  const waiting = ({ count, overdueMs }: Waiting) =>
    `${boundedText(count)}${overdueMs === 0 ? '' : `, due for ${spanText(overdueMs)}`}`;
  const dead = deadOf(backlog);
  const deadText = `${boundedText(dead.count)}, ${boundedText(dead.lastHour)} of them died in the last hour`;
  return factLines(
    [
      ['events', `${count(minute)} in the last minute, ${count(hour)} in the last hour`],
      ['parked', waiting(backlog.parked)],
      ['unsent', waiting(backlog.unsent)],
      ['reported', waiting(backlog.followUps)],
      ['dead', dead.count === 0 ? '0' : deadText],
    ],
    columns,
  );
}

export function replicaLines(
  replicas: readonly ReplicaProgress[],
  columns: number | null,
): string[] {
  const rows = replicas.map((replica) => [
    ...[replica.instance, replica.region, `${spanText(replica.silentMs)} ago`],
    replicaState(replica),
  ]);
  return tableLines(['REPLICA', 'REGION', 'LAST SEEN', 'STATE'], rows, columns);
}

function replicaState(replica: ReplicaProgress): string {
  if (replica.retiredAtMs !== null) return `retired ${momentText(replica.retiredAtMs)}`;
  if (isSilent(replica)) return 'silent';
  const units = replica.behind ?? 0;
  return units === 0 ? 'up to date' : `${counted(units, 'unit')} of the newest 1,000 behind`;
}

export function statusJson(
  { doors, queues, backlog, replicas }: Status,
  problems: readonly string[],
): string {
  const processes = doors.map(({ name, url, readiness }) => ({ name, url, ...readiness }));
  return JSON.stringify({
    ...{ isWell: problems.length === 0, problems, processes, queues, backlog },
    replicas: replicas.map(({ firstSeenAtMs, lastSeenAtMs, retiredAtMs, ...replica }) => ({
      ...replica,
      firstSeenAt: momentText(firstSeenAtMs),
      lastSeenAt: momentText(lastSeenAtMs),
      retiredAt: retiredAtMs === null ? null : momentText(retiredAtMs),
    })),
  });
}
