// RabbitMQ, the ingest and its rivals, each a process of its own.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { credentialFiles, openCredentials } from '../../src/main/credentials.ts';
import { waitUntilReady } from '../../src/servers/child-process.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { startRabbitmqServer } from '../../src/servers/rabbitmq-server.ts';
import { ensureRabbitmq } from '../../src/servers/system-packages.ts';
import type { Place } from '../place.ts';

export type Server = { port: number; pids: readonly number[] };

export type Servers = {
  amqpUrl: string;
  rabbitmq: readonly number[];
  producerKey: string;
  ingest: Server;
  constantHttp: Server;
  constantFastify: Server;
  publishFastify: Server;
  stop(): Promise<void>;
};

const readyTimeoutMs = 60_000;
const ingestEntry = fileURLToPath(new URL('../../src/main/ingest.ts', import.meta.url));
const configFile = fileURLToPath(new URL('../position/generators/config.ts', import.meta.url));

/** The place ends them if the bench itself is killed. */
export async function startServers(place: Place, say: (text: string) => void): Promise<Servers> {
  const { directory, onSpawn } = place;
  const rabbitmq = await startRabbitmqServer({
    directory: join(directory, 'rabbitmq'),
    programs: ensureRabbitmq(say),
    logFile: join(directory, 'rabbitmq.log'),
    onSpawn,
  });
  const { producerKey } = await openCredentials(directory);
  const { url: amqpUrl } = rabbitmq;
  const ports = (await findFreePorts(4)) as [number, number, number, number];
  const rival = (name: string, port: number, ...args: string[]) =>
    startServer(place, { name, file: join(import.meta.dirname, `${name}.ts`), port, args });
  const [ingest, constantHttp, constantFastify, publishFastify] = await Promise.all([
    startServer(place, {
      ...{ name: 'ingest', file: ingestEntry, port: ports[0], args: [] },
      env: {
        BEFOREHAND_CONFIG: configFile,
        BEFOREHAND_AMQP_URL: amqpUrl,
        BEFOREHAND_INGEST_PORT: String(ports[0]),
        BEFOREHAND_KEYS_FILE: credentialFiles(directory).producerKeys,
      },
    }),
    rival('constant-http', ports[1]),
    rival('constant-fastify', ports[2]),
    rival('publish-fastify', ports[3], amqpUrl),
  ]);
  return {
    ...{ amqpUrl, producerKey, ingest, constantHttp, constantFastify, publishFastify },
    rabbitmq: [rabbitmq.processes.node.pid],
    stop: rabbitmq.stop,
  };
}

/** Ready when it answers anything; the ingest needs its broker as well. */
async function startServer(
  place: Place,
  given: {
    name: string;
    file: string;
    port: number;
    args: readonly string[];
    env?: { readonly [name: string]: string };
  },
): Promise<Server> {
  const { name, file, port, args, env } = given;
  const child = await place.startScript(name, file, [String(port), ...args], env);
  const isReady = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    return answer !== null && answer.status !== 503;
  };
  await waitUntilReady(name, child, { isReady, timeoutMs: readyTimeoutMs });
  return { port, pids: [child.process.pid] };
}
