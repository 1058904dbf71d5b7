// The secrets of an installation in containers: made at the first start, then kept. Each is a file in
// the directory of those alone who read it.

import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { brokerDefinitions, brokerLogins } from './container-broker.ts';
import { credentialFiles, openCredentials } from './credentials.ts';

/** Others than their maker read them, in volumes that nobody else has. */
const fileMode = 0o444;

/** Who logs in to Postgres, and the directory of what they log in with. */
const postgresLogins = {
  postgres: 'logins',
  migrator: 'migrate',
  worker: 'worker',
  operator: 'operator',
  inspector: 'admin',
} as const;

export type PostgresLogin = keyof typeof postgresLogins;

/** Where everybody finds the other servers. */
const postgresAddress = 'postgres:5432/beforehand';
const brokerAddress = 'rabbitmq:5672';
const gatewayUrl = 'http://gateway:8080';
/** Not by the gateway, whose health is that of a region. */
const ingestUrl = 'http://ingest:8080';
const operatorUrl = 'http://operator:8083';

export async function makeSecrets(secretsDir: string, regions: readonly string[]): Promise<void> {
  const fileOf = (...path: string[]) => join(secretsDir, ...path);
  const admin = fileOf('admin');
  const credentials = await openCredentials(admin, {
    ...credentialFiles(admin),
    jwks: fileOf('clients', 'jwks.json'),
    producerKeys: fileOf('producers', 'producer-keys.json'),
  });
  for (const [login, directory] of Object.entries(postgresLogins)) {
    const makeUrl = () => `postgres://${login}:${newPassword()}@${postgresAddress}`;
    makeOnce(fileOf(directory, `postgres-url-${login}`), makeUrl);
  }
  const owner = passwordOf(readFileSync(fileOf('logins', 'postgres-url-postgres'), 'utf8'));
  makeOnce(fileOf('postgres', 'password'), () => owner);
  // Who makes the logins gives them the passwords that these then use.
  for (const login of ['migrator', 'worker', 'operator', 'inspector'] as const) {
    const url = readFileSync(fileOf(postgresLogins[login], `postgres-url-${login}`), 'utf8');
    replace(fileOf('logins', `password-${login}`), passwordOf(url));
  }
  makeBrokerSecrets(fileOf, regions);
  // For the command line, which finds everything else by it.
  const doors = regions.map((region) => [region, gatewayUrl]);
  const summary = {
    ...credentials,
    ...{ ingest: ingestUrl, regions: Object.fromEntries(doors), operator: operatorUrl },
    amqp: readFileSync(fileOf('admin', 'amqp-url'), 'utf8'),
    postgresOperator: readFileSync(fileOf('operator', 'postgres-url-operator'), 'utf8'),
    inspector: readFileSync(fileOf('admin', 'postgres-url-inspector'), 'utf8'),
  };
  replace(fileOf('admin', 'stack.json'), JSON.stringify(summary, null, 2));
}

function makeBrokerSecrets(fileOf: (...path: string[]) => string, regions: readonly string[]) {
  const names = ['admin', 'ingest', 'worker', 'operator', ...regions.map((it) => `replica-${it}`)];
  const passwords = names.map((name) => {
    const file = fileOf(name, 'amqp-url');
    makeOnce(file, () => `amqp://${name}:${newPassword()}@${brokerAddress}`);
    return [name, passwordOf(readFileSync(file, 'utf8'))] as const;
  });
  const definitions = brokerDefinitions(brokerLogins(regions, Object.fromEntries(passwords)));
  replace(fileOf('rabbitmq', 'definitions.json'), JSON.stringify(definitions, null, 2));
}

const newPassword = () => randomBytes(24).toString('base64url');

const passwordOf = (url: string) => new URL(url).password;

/** Whole or not at all. What is there stays. */
function makeOnce(file: string, make: () => string): void {
  if (existsSync(file)) return;
  const unfinished = writeBeside(file, make());
  linkSync(unfinished, file);
  rmSync(unfinished);
}

function replace(file: string, text: string): void {
  renameSync(writeBeside(file, text), file);
}

function writeBeside(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: fileMode });
  return unfinished;
}
