// Entry: gives the processes in containers their logins in Postgres, before anything is migrated.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogins } from '../outbound/postgres-logins.ts';
import { containerSettings } from './container-settings.ts';
import { postgresSettings } from './postgres-settings.ts';
import { readSettings } from './settings.ts';
import { stackSettings } from './stack-settings.ts';

const { postgresUrl, secretsDir, inspectorTimeoutMs } = readSettings(
  {
    postgresUrl: postgresSettings.postgresUrl,
    secretsDir: containerSettings.secretsDir,
    inspectorTimeoutMs: stackSettings.inspectorTimeoutMs,
  },
  process.env,
);
const passwordOf = (login: string) =>
  readFileSync(join(secretsDir, 'logins', `password-${login}`), 'utf8');

await createLogins({
  postgresUrl,
  passwords: {
    migrator: passwordOf('migrator'),
    worker: passwordOf('worker'),
    operator: passwordOf('operator'),
    inspector: passwordOf('inspector'),
  },
  inspectorTimeoutMs,
});
console.log('Postgres has its logins.');
