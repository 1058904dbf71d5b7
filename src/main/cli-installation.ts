// What runs and where: by the environment, or by what runs here.

import { cliSettings } from './cli-settings.ts';
import { type Credentials, credentialFiles } from './credentials.ts';
import { findRunning, type RunningSummary } from './find-running.ts';
import { readSettings, type ValuesOf } from './settings.ts';

/** `null` or nothing: it is not known. */
export type Installation = {
  /** For people: where this was read. */
  from: string;
  ingests: readonly string[];
  operator: string | null;
  regions: { readonly [region: string]: string };
  postgres: string | null;
  amqp: string | null;
  namespace: string;
  producerKey: string | null;
  token: Credentials['token'] | null;
  keysFile: string | null;
  /** Everything is one process, the broker included. */
  isSolo: boolean;
};

const variables = 'BEFOREHAND_POSTGRES_URL and its like (docs/operating.md)';

/** Variables go before what solo or the stack wrote. Throws with what to do when there is neither. */
export function findInstallation(env: NodeJS.ProcessEnv): Installation {
  const given = readSettings(cliSettings, env);
  const isGiven = isPlaceGiven(given);
  const found = isGiven ? null : findRunning(given.dataDir, variables);
  const summary: Partial<RunningSummary> = found?.summary ?? {};
  const files = credentialFiles(given.dataDir);
  const ingest = given.ingestUrl || summary.ingest;
  return {
    from: found === null ? 'the environment' : found.from,
    ingests: summary.ingests ?? (ingest ? [ingest] : []),
    operator: given.operatorUrl || summary.operator || null,
    regions: isGiven ? given.regionUrls : (summary.regions ?? {}),
    postgres: given.postgresUrl || summary.postgresOperator || null,
    amqp: given.amqpUrl || summary.amqp || null,
    namespace: given.namespace,
    producerKey: given.producerKey || summary.producerKey || null,
    token: summary.token ?? null,
    keysFile: given.keysFile || (found === null ? null : files.producerKeys),
    isSolo: found?.isSolo ?? false,
  };
}

/** Whether a command is about what runs elsewhere. */
export function isPlaceGiven(given: ValuesOf<typeof cliSettings>): boolean {
  const places = [given.postgresUrl, given.ingestUrl, given.operatorUrl, given.amqpUrl];
  return places.some((url) => url !== '') || Object.keys(given.regionUrls).length > 0;
}

/** Returns what a command cannot do without, or throws with the variable that gives it. */
export function needed<Value>(value: Value | null | undefined, what: string, env: string): Value {
  if (value !== null && value !== undefined && value !== '') return value;
  throw new Error(`The ${what} is not known: set ${env}.`);
}
