// Makes the groups and gives each its rights: exactly those of postgres-roles.ts, and on nothing
// that is not ours. Only what differs is changed, so that a second time does nothing.

import type pg from 'pg';
import { type Group, groupRoles, migratorRole, rights, tables, views } from './postgres-roles.ts';

type Client = Pick<pg.Client, 'query' | 'escapeIdentifier'>;

const groups = Object.values(groupRoles);

/** Whether all groups are there now; else who migrates may not make them, and nobody has. */
export async function ensureGroups(client: Client): Promise<boolean> {
  const { rows } = await client.query<{
    missing: string[];
    may_create: boolean;
    is_super: boolean;
  }>(
    `select array(select g from unnest($1::text[]) g
       where not exists (select from pg_roles where rolname = g)) as missing,
       rolsuper or rolcreaterole as may_create, rolsuper as is_super
     from pg_roles where rolname = current_user`,
    [groups],
  );
  const { missing = [], may_create: mayCreate, is_super: isSuper } = rows[0] ?? {};
  if (missing.length > 0 && !mayCreate) return false;
  for (const group of missing) await client.query(createQuery(group));
  // Superusers are members of everything.
  if (missing.includes(migratorRole) && !isSuper) {
    await client.query(`grant ${migratorRole} to current_user`);
  }
  return true;
}

/** Another database's migration may do the same at the same time: roles belong to the whole server. */
const createQuery = (group: string) => `
  do $$ begin create role ${group} nologin;
  exception when duplicate_object or unique_violation then null; end $$`;

/**
 * What is ours and belongs to whoever runs this becomes the migrator's, and so does what this session
 * makes from here on: whoever migrates next may then change it, under whichever login.
 */
export async function becomeMigrator(client: Client): Promise<void> {
  const { rows } = await client.query<{ is_member: boolean; may_grant: boolean; name: string }>(
    `select pg_has_role(current_user, '${migratorRole}', 'usage') as is_member,
       current_database() as name,
       pg_has_role(current_user, datdba, 'usage') as may_grant
     from pg_database where datname = current_database()`,
  );
  const { is_member: isMember, may_grant: mayGrant, name = '' } = rows[0] ?? {};
  if (!isMember) return;
  if (mayGrant) {
    await client.query(`
      grant create on database ${client.escapeIdentifier(name)} to ${migratorRole};
      grant usage, create on schema public to ${migratorRole}`);
  }
  const { rows: others } = await client.query<Other>(ownedByOthersQuery, [
    [...tables, ...views, 'drizzle.__drizzle_migrations'],
    migratorRole,
    oldTables,
  ]);
  const kept = others.find(({ may_change: mayChange }) => !mayChange);
  if (kept !== undefined) {
    throw new Error(
      `The ${kept.kind} ${kept.name} belongs to ${kept.owner}. Migrate once as ${kept.owner}, made a member of ${migratorRole}, or as a superuser.`,
    );
  }
  for (const { kind, name: relation } of others) {
    await client.query(
      relation === 'drizzle'
        ? `grant usage, create on schema ${relation} to ${migratorRole}`
        : `alter ${kind} ${relation} owner to ${migratorRole}`,
    );
  }
  await client.query(`set role ${migratorRole}`);
}

/** All of these are older than the groups. Somebody else may have a table of one of these names. */
const oldTables = ['event', 'outcome', 'document', 'content', 'generic', 'parked', 'dead_letter'];

type Other = { kind: string; name: string; owner: string; may_change: boolean };

/**
 * The schema in which drizzle remembers what it did may be another application's, too. Who may not
 * use a schema cannot find by `to_regclass` what is in it.
 */
const ownedByOthersQuery = `
  select kind, name, owner::regrole::text as owner,
    pg_has_role(current_user, owner, 'usage') as may_change
  from (
    select 'schema' as kind, nspname::text as name, nspowner as owner from pg_namespace
    where (nspname = 'drizzle' and not has_schema_privilege($2, oid, 'create'))
      or (nspname = 'inspect' and nspowner <> $2::regrole)
    union all
    select case relkind when 'v' then 'view' else 'table' end, c.oid::regclass::text, relowner
    from unnest($1::text[]) as r (name)
    join pg_class c on c.oid = case when r.name not like '%.%' then to_regclass(r.name)::oid
      else (select o.oid from pg_class o join pg_namespace n on n.oid = o.relnamespace
        where nspname || '.' || o.relname = r.name) end
    where relowner <> $2::regrole
      and (select bool_and(to_regclass(o) is not null) from unnest($3::text[]) o)
  ) others
  order by kind`;

type Right = { relation: string; role: string; verb: string };

/** Grants what is missing and revokes what is too much, all at once: workers lose nothing between. */
export async function grantRights(client: Client): Promise<void> {
  const { rows: actual } = await client.query<Right>(actualQuery, [[...tables, ...views], groups]);
  const wanted = Object.entries(rights).flatMap(([group, ofGroup]) =>
    Object.entries(ofGroup).flatMap(([relation, verbs]) =>
      verbs.map((verb): Right => ({ relation, role: groupRoles[group as Group], verb })),
    ),
  );
  const text = ({ relation, role, verb }: Right) => `${verb} on ${relation} ${role}`;
  const [has, needs] = [new Set(actual.map(text)), new Set(wanted.map(text))];
  const statements = [
    ...wanted.filter((right) => !has.has(text(right))).map((right) => statementOf('grant', right)),
    ...actual.filter((right) => !needs.has(text(right))).map((it) => statementOf('revoke', it)),
    `grant usage on schema public to ${groups.join(', ')}`,
    `grant usage on schema inspect to ${groupRoles.operator}, ${groupRoles.inspector}`,
  ];
  await client.query(statements.join('; '));
}

function statementOf(what: 'grant' | 'revoke', { relation, role, verb }: Right): string {
  return `${what} ${verb} on ${relation} ${what === 'grant' ? 'to' : 'from'} ${role}`;
}

const actualQuery = `
  select r.name as relation, grantee::regrole::text as role, lower(privilege_type) as verb
  from unnest($1::text[]) as r (name)
  join pg_class c on c.oid = to_regclass(r.name), aclexplode(c.relacl)
  where grantee in (select oid from pg_roles where rolname = any($2))
    and grantee <> c.relowner`;
