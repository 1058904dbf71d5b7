// The unit that is polled: Nginx as a region has it, and behind it the replica as a process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, vi } from 'vitest';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { startRegionNginx } from '../../src/main/region-nginx.ts';
import { readSettings } from '../../src/main/settings.ts';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginxJs } from '../../src/servers/system-packages.ts';
import type { BrokerNamespace } from '../broker-namespace.ts';
import { es256 } from '../nginx/client-tokens.ts';
import { audience, issuer } from '../nginx/open-door.ts';
import type { Moment } from './poller-death.ts';
import { polledUser } from './poller-updates.ts';

export const instance = { region: 'eu', instance: 'eu-1' };

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const death = fileOf('./poller-death.ts');
const program = fileOf('../../src/main/replica.ts');

export type ReplicaProcess = {
  /** Resolves once it has everything that was sent before it started. */
  isReady(): Promise<void>;
  /** From now on it dies at its moment. Resolves once it has. */
  dies(): Promise<void>;
  kill(): Promise<void>;
};

export type PolledUnit = {
  url: URL;
  /** On the same disk each time. `moment`: see poller-death.ts. */
  startReplica(moment?: Moment): ReplicaProcess;
  isPositioned(user: string): boolean;
  stop(): Promise<void>;
};

/** `env`: settings of the replica by their variables. */
export async function openUnit(
  namespace: BrokerNamespace,
  env: { readonly [name: string]: string },
): Promise<PolledUnit> {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-polled-'));
  const [nginxPort, replicaPort] = (await findFreePorts(2)) as [number, number];
  const files = {
    ...{ jwks: join(directory, 'jwks.json'), socket: join(directory, 'replica.sock') },
    positions: join(directory, 'positions'),
  };
  writeFileSync(files.jwks, JSON.stringify({ keys: [es256.jwk] }));
  const nginx = await startNginx(directory, nginxPort, files);
  const url = new URL(`http://127.0.0.1:${nginxPort}`);
  const environment = {
    PATH: process.env.PATH,
    BEFOREHAND_CONFIG: fileOf('./poller-config.ts'),
    BEFOREHAND_AMQP_URL: namespace.url,
    BEFOREHAND_AMQP_NAMESPACE: namespace.topology.exchanges.events.replace('.events', ''),
    BEFOREHAND_REGION: instance.region,
    BEFOREHAND_INSTANCE: instance.instance,
    BEFOREHAND_REPLICA_DATA_DIR: join(directory, 'replica'),
    BEFOREHAND_REPLICA_PORT: String(replicaPort),
    BEFOREHAND_REPLICA_SOCKET: files.socket,
    BEFOREHAND_POSITIONS_DIR: files.positions,
    BEFOREHAND_JWKS_FILE: files.jwks,
    BEFOREHAND_TOKEN_ISSUER: issuer,
    BEFOREHAND_TOKEN_AUDIENCE: audience,
    ...env,
  };
  const started: ReplicaProcess[] = [];
  return {
    url,
    startReplica(moment) {
      const replica = startReplica(url, { ...environment, TEST_DEATH_MOMENT: moment ?? '' });
      started.push(replica);
      return replica;
    },
    isPositioned: (user) => existsSync(join(files.positions, 'users', positionPathOf(user))),
    async stop() {
      await Promise.all([...started.map((replica) => replica.kill()), nginx.stop()]);
      await rm(directory, { recursive: true });
    },
  };
}

function startNginx(
  directory: string,
  port: number,
  files: { jwks: string; socket: string; positions: string },
) {
  return startRegionNginx({
    directory: join(directory, 'nginx'),
    program: inject('nginxProgram'),
    logFile: join(directory, 'nginx.log'),
    places: {
      ...{ port, replicaSocket: files.socket, positionsDir: files.positions, genericMaxAgeS: 5 },
      jsModule: ensureNginxJs(console.log),
      tokens: { jwksFile: files.jwks, secretFile: '', issuer, audience, clockToleranceS: 0 },
    },
    limits: readSettings(nginxSettings, {}),
  });
}

function startReplica(url: URL, env: NodeJS.ProcessEnv): ReplicaProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', death, program], {
    env: { ...env, TEST_DEATH_USER: polledUser },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([, signal]) => signal as string | null);
  const status = async () => {
    const answer = await fetch(new URL('/health/ready', url)).catch(() => null);
    await answer?.body?.cancel();
    return answer?.status;
  };
  return {
    async isReady() {
      const notReady = () => new Error(`The replica is not ready. It wrote:\n${output}`);
      await vi.waitFor(
        async () => {
          if ((await status()) !== 200) throw notReady();
        },
        { timeout: 60_000, interval: 50 },
      );
    },
    async dies() {
      child.send('die');
      expect(await ended, output).toBe('SIGKILL');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
