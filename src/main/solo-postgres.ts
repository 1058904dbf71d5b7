// Solo mode's Postgres: a real server from npm packages, below the data directory.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogins, loginUrl } from '../outbound/postgres-logins.ts';
import { migratePostgres } from '../outbound/postgres-migrate.ts';
import { findPostgresBinaries } from '../servers/postgres-binaries.ts';
import { startPostgresServer } from '../servers/postgres-server.ts';
import { migrationsFolder } from './migrations-folder.ts';
import { newPostgresSecrets, type PostgresSecrets } from './postgres-secrets.ts';
import { writeSecretJson } from './secret-json.ts';

export type SoloPostgres = {
  /** Of the superuser, whom no part of ours logs in as. */
  url: string;
  workerUrl: string;
  operatorUrl: string;
  /** For people with psql: reads the views of schema `inspect`, changes nothing. */
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
    await createLogins({ postgresUrl: server.url, passwords: secrets, inspectorTimeoutMs });
    await migratePostgres(loginUrl(server.url, 'migrator', secrets), migrationsFolder);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { url, stop } = server;
  return {
    ...{ url, stop, pid: server.process.pid },
    workerUrl: loginUrl(url, 'worker', secrets),
    operatorUrl: loginUrl(url, 'operator', secrets),
    inspectorUrl: loginUrl(url, 'inspector', secrets),
  };
}

/** Made once: the cluster keeps the password of its superuser that it was made with. */
function readSecrets(file: string): PostgresSecrets {
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const secrets: PostgresSecrets = { ...newPostgresSecrets(), ...known };
  writeSecretJson(file, secrets);
  return secrets;
}
