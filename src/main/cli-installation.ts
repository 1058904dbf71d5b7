// What runs and where, so that whoever ran `npm start` types a command and nothing else.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cliSettings } from './cli-settings.ts';
import { type Credentials, credentialFiles } from './credentials.ts';
import { readSettings } from './settings.ts';

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

type Summary = {
  ingest: string;
  ingests?: readonly string[];
  operator: string;
  regions: { readonly [region: string]: string };
  postgresOperator: string;
  amqp: string | null;
  producerKey: string;
  token: Credentials['token'];
};

/** Variables go before what solo or the stack wrote. Throws with what to do when there is neither. */
export function findInstallation(env: NodeJS.ProcessEnv): Installation {
  const given = readSettings(cliSettings, env);
  const places = [given.postgresUrl, given.ingestUrl, given.operatorUrl, given.amqpUrl];
  const isGiven = places.some((url) => url !== '') || Object.keys(given.regionUrls).length > 0;
  const found = isGiven ? null : theOneIn(given.dataDir);
  const summary: Partial<Summary> = found?.summary ?? {};
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

type Found = { from: string; summary: Summary; isSolo: boolean };

function theOneIn(dataDir: string): Found {
  const found = ['stack.json', 'solo.json'].flatMap((name) => read(join(dataDir, name)));
  const [one, other] = found;
  const shownDir = relative(process.cwd(), dataDir) || '.';
  if (one === undefined) {
    throw new Error(
      `Nothing runs in ${shownDir}. Run npm start or npm run stack -- up first, or say where with BEFOREHAND_DATA_DIR, or with BEFOREHAND_POSTGRES_URL and its like: see docs/operating.md.`,
    );
  }
  if (other !== undefined) {
    throw new Error(
      `Both solo and the stack are in ${shownDir}. Say which with BEFOREHAND_POSTGRES_URL and its like, which ${one.from} and ${other.from} have, or stop one of them.`,
    );
  }
  return one;
}

/** Solo and the stack take the file away when they stop. */
function read(file: string): Found[] {
  try {
    const summary = JSON.parse(readFileSync(file, 'utf8')) as Summary;
    const from = relative(process.cwd(), file);
    return [{ from, summary, isSolo: file.endsWith('solo.json') }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Returns what a command cannot do without, or throws with the variable that gives it. */
export function needed<Value>(value: Value | null | undefined, what: string, env: string): Value {
  if (value !== null && value !== undefined && value !== '') return value;
  throw new Error(`The ${what} is not known: set ${env}.`);
}
