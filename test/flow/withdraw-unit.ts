// A unit on one disk: Nginx as a region has it, and a replica's process that may be killed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, vi } from 'vitest';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { startRegionNginx } from '../../src/main/region-nginx.ts';
import { readSettings } from '../../src/main/settings.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginxJs } from '../../src/servers/system-packages.ts';
import { es256 } from '../nginx/client-tokens.ts';
import { audience, issuer } from '../nginx/open-door.ts';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `env`: settings of the replica by their variables. */
export async function openUnit(env: { readonly [name: string]: string }) {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-withdraw-'));
  const [port, replicaPort] = (await findFreePorts(2)) as [number, number];
  const jwksFile = join(directory, 'jwks.json');
  const replicaSocket = join(directory, 'replica.sock');
  const positionsDir = join(directory, 'positions');
  writeFileSync(jwksFile, JSON.stringify({ keys: [es256.jwk] }));
  const nginx = await startRegionNginx({
    directory: join(directory, 'nginx'),
    program: inject('nginxProgram'),
    logFile: join(directory, 'nginx.log'),
    places: {
      ...{ port, replicaSocket, positionsDir, genericMaxAgeS: 5 },
      jsModule: ensureNginxJs(console.log),
      tokens: { jwksFile, secretFile: '', issuer, audience, clockToleranceS: 0 },
    },
    limits: readSettings(nginxSettings, {}),
  });
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env.PATH,
    BEFOREHAND_CONFIG: fileOf('./withdraw-config.ts'),
    BEFOREHAND_REGION: 'eu',
    BEFOREHAND_INSTANCE: 'eu-1',
    BEFOREHAND_REPLICA_DATA_DIR: join(directory, 'replica'),
    BEFOREHAND_REPLICA_PORT: String(replicaPort),
    BEFOREHAND_REPLICA_SOCKET: replicaSocket,
    BEFOREHAND_POSITIONS_DIR: positionsDir,
    BEFOREHAND_JWKS_FILE: jwksFile,
    BEFOREHAND_TOKEN_ISSUER: issuer,
    BEFOREHAND_TOKEN_AUDIENCE: audience,
    ...env,
  };
  const replicas: ReturnType<typeof startReplica>[] = [];
  return {
    url,
    /** It dies after so many positions were unlinked; never, unless given. */
    startReplica(unlinks = Number.POSITIVE_INFINITY) {
      const replica = startReplica(`http://127.0.0.1:${replicaPort}`, {
        ...environment,
        TEST_UNLINKS: String(unlinks),
      });
      replicas.push(replica);
      return replica;
    },
    /** What is laid down, by nobody's leave but the disk's. */
    bodies() {
      const entries = readdirSync(join(positionsDir, 'users'), {
        ...{ recursive: true, withFileTypes: true },
      });
      const files = entries.filter((entry) => entry.isFile());
      return files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
    },
    async stop() {
      await Promise.all([...replicas.map((replica) => replica.kill()), nginx.stop()]);
      await rm(directory, { recursive: true });
    },
  };
}

function startReplica(url: string, env: NodeJS.ProcessEnv) {
  const args = ['--import', 'tsx', '--import', fileOf('./withdraw-death.ts')];
  const child = spawn(process.execPath, [...args, fileOf('../../src/main/replica.ts')], {
    ...{ env, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([, signal]) => signal as string | null);
  const status = async (path: string) => (await fetch(url + path).catch(() => null))?.status;
  const answers = (path: string) =>
    vi.waitFor(
      async () => {
        const found = await status(path);
        if (found !== 200) throw new Error(`${path} is ${found}. The replica wrote:\n${output}`);
      },
      { timeout: 60_000, interval: 50 },
    );
  return {
    /** Resolves once it answers, whatever it may lack. */
    answers: () => answers('/health/live'),
    isReady: () => answers('/health/ready'),
    async dies() {
      expect(await ended, output).toBe('SIGKILL');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
