// Finds the Postgres of what runs, so that whoever ran `npm start` types a command and nothing else.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { openPostgres, type Postgres } from '../outbound/postgres-pool.ts';
import { cliSettings } from './cli-settings.ts';
import { readSettings } from './settings.ts';

type Place = { url: string; from: string };

/** A person waits for the answer, and may have asked about millions of rows. */
const options = {
  applicationName: 'beforehand cli',
  maxConnections: 2,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 300_000,
  lockTimeoutMs: 30_000,
};

export type FoundPostgres = Postgres & {
  /** For people: which one it is, without its password. */
  place: string;
};

/** Connects, or throws with what to do about it. */
export async function findPostgres(env: NodeJS.ProcessEnv): Promise<FoundPostgres> {
  const { postgresUrl, dataDir } = readSettings(cliSettings, env);
  if (postgresUrl !== '') {
    if (!URL.canParse(postgresUrl)) throw new Error('BEFOREHAND_POSTGRES_URL is not a URL.');
    return connect({ url: postgresUrl, from: 'BEFOREHAND_POSTGRES_URL' });
  }
  const places = ['stack.json', 'solo.json'].flatMap((name) => read(join(dataDir, name)));
  const [place, other] = places;
  const shownDir = relative(process.cwd(), dataDir) || '.';
  if (place === undefined) {
    throw new Error(
      `Nothing runs in ${shownDir}. Run npm start or npm run stack -- up first, or say where with BEFOREHAND_DATA_DIR or BEFOREHAND_POSTGRES_URL.`,
    );
  }
  if (other !== undefined) {
    throw new Error(
      `Both solo and the stack are in ${shownDir}. Say which with BEFOREHAND_POSTGRES_URL: ${place.from} and ${other.from} have it.`,
    );
  }
  return connect(place);
}

/** Solo and the stack take the file away when they stop. */
function read(file: string): Place[] {
  try {
    const summary = JSON.parse(readFileSync(file, 'utf8')) as { postgresOperator: string };
    return [{ url: summary.postgresOperator, from: relative(process.cwd(), file) }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function connect({ url, from }: Place): Promise<FoundPostgres> {
  const { protocol, host, pathname } = new URL(url);
  const place = `${protocol}//${host}${pathname} (${from})`;
  const postgres = openPostgres({ ...options, url });
  try {
    const [row] = await postgres.query<{ is_there: boolean }>(
      'cli-look',
      `select to_regclass('dead_letter') is not null as is_there`,
      [],
    );
    if (!row?.is_there) throw new Error('It has no tables of Beforehand: was it ever migrated?');
    return { ...postgres, place };
  } catch (error) {
    await postgres.close();
    throw new Error(`Postgres at ${place} is of no use: ${reasonOf(error as Error)}`, {
      cause: error,
    });
  }
}

/** A refused connection to a name with two addresses has no text of its own. */
function reasonOf(error: Error): string {
  const { cause } = error as { cause?: { code?: string } };
  const text = error.message.replace(/^Postgres: /, '');
  return text === '' ? `${cause?.code ?? 'it does not answer'}.` : text;
}
