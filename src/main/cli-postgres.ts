// Connects to the Postgres of what runs.

import { openPostgres, type Postgres } from '../outbound/postgres-pool.ts';
import { findInstallation, type Installation, needed } from './cli-installation.ts';

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
export function findPostgres(env: NodeJS.ProcessEnv): Promise<FoundPostgres> {
  return postgresOf(findInstallation(env));
}

/** The same of an installation that was found before. */
export async function postgresOf({ postgres, from }: Installation): Promise<FoundPostgres> {
  const url = needed(postgres, 'address of Postgres', 'BEFOREHAND_POSTGRES_URL');
  if (!URL.canParse(url)) throw new Error('BEFOREHAND_POSTGRES_URL is not a URL.');
  return connect({ url, from: from === 'the environment' ? 'BEFOREHAND_POSTGRES_URL' : from });
}

/** Opens it for a command, and closes it whatever comes of that. */
export async function withPostgres<Result>(
  installation: Installation,
  work: (postgres: FoundPostgres) => Promise<Result>,
): Promise<Result> {
  const postgres = await postgresOf(installation);
  try {
    return await work(postgres);
  } finally {
    await postgres.close();
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
