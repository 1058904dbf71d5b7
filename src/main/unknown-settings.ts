// Finds variables that nothing reads: whoever set one believes that it does something.

import { cliSettings } from './cli-settings.ts';
import { containerSettings } from './container-settings.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { ingestSettings } from './ingest-settings.ts';
import { nearestName } from './nearest-name.ts';
import { nginxSettings } from './nginx-settings.ts';
import { operatorSettings } from './operator-settings.ts';
import { psqlSettings } from './psql-settings.ts';
import { replicaSettings } from './replica-settings.ts';
import type { Setting, Settings } from './settings.ts';
import { soloSettings } from './solo-settings.ts';
import { stackSettings } from './stack-settings.ts';
import { workerSettings } from './worker-settings.ts';

const tables: readonly Settings[] = [
  ...[ingestSettings, workerSettings, replicaSettings, operatorSettings],
  ...[nginxSettings, gatewaySettings, containerSettings, soloSettings, stackSettings],
  ...[psqlSettings, cliSettings],
];

/** Read by our tests, in a shell in which solo or the stack may run, too. */
const testSettings = ['BEFOREHAND_TEST_AMQP_URL', 'BEFOREHAND_TEST_POSTGRES_URL'];

const known = new Set([
  ...tables.flatMap((table) => Object.values(table).flatMap(namesOf)),
  ...testSettings,
]);

function namesOf({ env, mayBeInFile }: Setting<unknown>): string[] {
  return mayBeInFile ? [env, `${env}_FILE`] : [env];
}

/** One sentence or two for each variable of ours in `env` that no process knows. */
export function unknownSettings(env: { readonly [name: string]: string | undefined }): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('BEFOREHAND_') && !known.has(name))
    .map((name) => {
      const meant = nearestName(name, known);
      return `${name} is not known.${meant === null ? '' : ` Did you mean ${meant}?`}`;
    });
}
