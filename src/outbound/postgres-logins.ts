// The logins of an installation whose Postgres we look after: one for each group, with only its rights.

import pg from 'pg';
import { becomeMigrator, ensureGroups } from './postgres-grants.ts';
import { type Group, groupRoles } from './postgres-roles.ts';

export type LoginPasswords = { readonly [Name in Group]: string };

const logins = Object.keys(groupRoles) as Group[];

/** The server and database of `postgresUrl`, for this login. */
export function loginUrl(postgresUrl: string, login: Group, passwords: LoginPasswords): string {
  const url = new URL(postgresUrl);
  url.username = login;
  url.password = passwords[login];
  return url.href;
}

/**
 * Creates the logins or gives them these passwords, before anything is migrated. Whoever else may
 * connect to the database can create nothing in it.
 */
export async function createLogins(options: {
  /** Of a user who may create roles and owns the database. */
  postgresUrl: string;
  passwords: LoginPasswords;
  /** How long a statement of people with psql may take. */
  inspectorTimeoutMs: number;
}): Promise<void> {
  const client = new pg.Client({ connectionString: options.postgresUrl });
  await client.connect();
  try {
    await ensureGroups(client);
    for (const login of logins) await createLogin(client, login, options.passwords[login]);
    await client.query(inspectorQuery(Math.floor(options.inspectorTimeoutMs)));
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    await client.query(`
      revoke temporary on database ${client.escapeIdentifier(rows[0]?.name ?? '')} from public;
      revoke create on schema public from public`);
    await client.query(boundsQuery);
    await becomeMigrator(client);
  } finally {
    await client.end();
  }
}

/** What the inspector was a member of before there were groups. */
const formerInspectorGroup = 'pg_read_all_data';

/** A role of this name that is somebody else's is left alone. */
async function createLogin(client: pg.Client, login: Group, secret: string): Promise<void> {
  const group = groupRoles[login];
  const { rows } = await client.query<{ is_ours: boolean }>(
    // A superuser would be a member of everything.
    `select not rolsuper and exists (select from pg_auth_members
       where member = r.oid and roleid::regrole::text = any($2)) as is_ours
     from pg_roles r where rolname = $1`,
    [login, login === 'inspector' ? [group, formerInspectorGroup] : [group]],
  );
  if (rows[0]?.is_ours === false) {
    throw new Error(
      `Postgres has a role "${login}" that is not Beforehand's. Rename that, or use another server.`,
    );
  }
  if (rows.length === 0) await client.query(`create role ${login}`);
  // Statements about roles take no parameters.
  const password = client.escapeLiteral(secret);
  await client.query(`
    alter role ${login} login inherit password ${password};
    grant ${group} to ${login}`);
}

/**
 * Every transaction of theirs starts read-only, none runs for long, and views are found by their bare
 * names. They could set that otherwise, but have no right to write anything.
 */
const inspectorQuery = (timeoutMs: number) => `
  alter role inspector connection limit 10;
  do $$ begin
    if exists (select from pg_auth_members where member = 'inspector'::regrole
      and roleid = '${formerInspectorGroup}'::regrole)
    then revoke ${formerInspectorGroup} from inspector; end if;
  end $$;
  alter role inspector set default_transaction_read_only = on;
  alter role inspector set statement_timeout = ${timeoutMs};
  alter role inspector set idle_in_transaction_session_timeout = ${timeoutMs};
  alter role inspector set search_path = inspect`;

/**
 * What else anybody may do who may connect: fill the disk with large objects, or with what is being
 * sorted; hold an advisory lock that migrations or retention wait for, or so many that nobody gets
 * any lock. Only a superuser may change that.
 */
const boundsQuery = `
  do $$ declare lock_function regprocedure; begin
    if (select rolsuper from pg_roles where rolname = current_user) then
      revoke execute on function lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea) from public;
      alter role inspector set temp_file_limit = '1GB';
      grant execute on function pg_advisory_lock(bigint) to ${groupRoles.migrator};
      grant execute on function pg_try_advisory_xact_lock(bigint) to ${groupRoles.worker};
      for lock_function in select oid from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^pg_(try_)?advisory_.*lock'
      loop
        execute format('revoke execute on function %s from public', lock_function);
      end loop;
    end if;
  end $$`;
