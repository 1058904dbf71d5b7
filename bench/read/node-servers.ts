// Starts what runs in Node, and Redis: the replica and the Fastify rivals. One process each.

import { join } from 'node:path';
import { startChild, waitUntilReady } from '../../src/servers/child-process.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';
import type { Place } from '../place.ts';
import { ensureRedis } from '../programs.ts';
import type { Requests } from './requests.ts';

export type NodeServer = { pids: readonly number[]; port: number; socket: string };

const readyTimeoutMs = 30_000;

export type Rivals = { prepared: NodeServer; object: NodeServer; redis: NodeServer };

export async function startRivals(place: Place, say: (text: string) => void): Promise<Rivals> {
  const [redisPid, redisSocket] = await startRedis(place, say);
  const ports = (await findFreePorts(3)) as [number, number, number];
  const [prepared, object, redis] = await Promise.all([
    startServer(place, 'fastify-prepared', ports[0], []),
    startServer(place, 'fastify-object', ports[1], []),
    startServer(place, 'fastify-redis', ports[2], [redisSocket]),
  ]);
  return { prepared, object, redis: { ...redis, pids: [...redis.pids, redisPid] } };
}

/** The product's. Ready when it has every document. */
export async function startReplicaServer(place: Place, requests: Requests): Promise<NodeServer> {
  const [port] = (await findFreePorts(1)) as [number];
  const { jwksFile, secretFile } = requests;
  const args = [join(place.directory, 'replica-data'), jwksFile, secretFile];
  const replica = await startServer(place, 'replica', port, args);
  await whenItHasDocuments(replica);
  return replica;
}

export async function whenItHasDocuments({ port }: NodeServer): Promise<void> {
  const deadlineMs = Date.now() + readyTimeoutMs;
  while (!(await fetch(`http://127.0.0.1:${port}/health/ready`)).ok) {
    if (Date.now() > deadlineMs) throw new Error('The replica did not get its documents.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** `name` is that of its file, unless another one is given. */
export async function startServer(
  place: Place,
  name: string,
  port: number,
  args: readonly string[],
  file = join(import.meta.dirname, `${name}.ts`),
): Promise<NodeServer> {
  const socket = join(place.directory, `${name}.sock`);
  const child = await place.startScript(name, file, [String(port), socket, ...args]);
  const isReady = () => portAnswers(port);
  await waitUntilReady(name, child, { isReady, timeoutMs: readyTimeoutMs });
  return { port, socket, pids: [child.process.pid] };
}

/** Nothing but the data in memory; no snapshot is taken while it is measured. */
async function startRedis(
  { directory, onSpawn }: Place,
  say: (text: string) => void,
): Promise<[pid: number, socket: string]> {
  const socket = join(directory, 'redis.sock');
  const child = await startChild({
    name: 'redis',
    command: ensureRedis(say),
    args: ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'],
    env: { PATH: process.env.PATH },
    cwd: directory,
    logFile: join(directory, 'redis.log'),
    onSpawn,
  });
  const isReady = () => child.output().includes('ready to accept connections');
  await waitUntilReady('redis', child, { isReady, timeoutMs: readyTimeoutMs });
  return [child.process.pid, socket];
}
