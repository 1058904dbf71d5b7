// Solo mode's Postgres: a real server from npm packages, below the data directory.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInspector, inspectorUrl } from '../outbound/postgres-inspector.ts';
import { migratePostgres } from '../outbound/postgres-migrate.ts';
import { findPostgresBinaries } from '../servers/postgres-binaries.ts';
import { startPostgresServer } from '../servers/postgres-server.ts';
import { migrationsFolder } from './migrations-folder.ts';
import { writeSecretJson } from './secret-json.ts';

export type SoloPostgres = {
  url: string;
  /** For people with psql: reads everything, changes nothing. */
  inspectorUrl: string;
  pid: number;
  stop(): Promise<void>;
};

const inspectorTimeoutMs = 30_000;

export async function startSoloPostgres(
  dataDir: string,
  onNotice: (text: string) => void,
): Promise<SoloPostgres> {
  const secrets = readSecrets(join(dataDir, 'postgres-secrets.json'));
  const server = await startPostgresServer({
    dataDir,
    binaries: findPostgresBinaries({ preferEmbedded: true }),
    password: secrets.postgres,
    logFile: join(dataDir, 'postgres.log'),
    onNotice,
  });
  try {
    await migratePostgres(server.url, migrationsFolder);
    await createInspector({
      postgresUrl: server.url,
      password: secrets.inspector,
      statementTimeoutMs: inspectorTimeoutMs,
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { url, stop } = server;
  return {
    ...{ url, stop, pid: server.process.pid },
    inspectorUrl: inspectorUrl(url, secrets.inspector),
  };
}

type Secrets = { postgres: string; inspector: string };

/** Made once: the cluster keeps the password that it was made with. */
function readSecrets(file: string): Secrets {
  if (!existsSync(file)) {
    const password = () => randomBytes(18).toString('base64url');
    writeSecretJson(file, { postgres: password(), inspector: password() } satisfies Secrets);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
}
