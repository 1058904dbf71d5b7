// Where `npm run psql` goes, and how psql is told so: by its environment, which other users cannot read.

import { findRunning } from './find-running.ts';
import { psqlSettings } from './psql-settings.ts';
import { readSettings } from './settings.ts';

/** The URL of the inspector, or an error that says what to do. */
export function findInspectorUrl(env: NodeJS.ProcessEnv): string {
  const { inspectorUrl, dataDir } = readSettings(psqlSettings, env);
  if (inspectorUrl !== '') return inspectorUrl;
  return findRunning(dataDir, 'BEFOREHAND_INSPECTOR_URL').summary.inspector;
}

/** Parts of a URL behind the question mark that psql knows as variables. */
const parameters: { readonly [name: string]: string } = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
  passfile: 'PGPASSFILE',
};

/** Variables for psql. What a shell has set for other databases does not get in between. */
export function psqlEnv(inspectorUrl: string): { [name: string]: string } {
  if (!URL.canParse(inspectorUrl)) throw new Error('BEFOREHAND_INSPECTOR_URL is not a URL.');
  const url = new URL(inspectorUrl);
  const given = [...url.searchParams].map(([name, value]): [string, string] => {
    const variable = parameters[name];
    if (variable !== undefined) return [variable, value];
    throw new Error(`BEFOREHAND_INSPECTOR_URL has ${name}, which is not known here.`);
  });
  const place = {
    PGHOST: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    PGPORT: url.port || '5432',
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    PGAPPNAME: 'beforehand psql',
  };
  const named = Object.entries(place).filter(([, value]) => value !== '');
  return Object.fromEntries([...named, ...given]);
}

export function withoutPostgresVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PGPASSFILE', 'PGSSLROOTCERT'];
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('PG') || kept.includes(name)),
  );
}

/** For a machine where only npm has installed anything: its Postgres comes without psql. */
export function howToGetPsql(env: { readonly [name: string]: string }): string {
  const { PGHOST, PGPORT, PGDATABASE, PGUSER } = env;
  return `psql is not on this machine.
  Debian, Ubuntu   apt-get install postgresql-client
  Fedora           dnf install postgresql
  macOS            brew install libpq
Any other client of Postgres will do as well: host ${PGHOST}, port ${PGPORT}, database ${PGDATABASE}, user ${PGUSER}.
The password is in BEFOREHAND_INSPECTOR_URL, or in "inspector" of solo.json or stack.json.`;
}
