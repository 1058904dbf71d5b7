// Entry: brings Postgres's tables to the state this release needs, and ends.

import { migratePostgres } from '../outbound/postgres-migrate.ts';
import { migrationsFolder } from './migrations-folder.ts';
import { postgresSettings } from './postgres-settings.ts';
import { readSettings } from './settings.ts';

const { postgresUrl } = readSettings({ postgresUrl: postgresSettings.postgresUrl }, process.env);
const { hasGroups } = await migratePostgres(postgresUrl, migrationsFolder);
console.log('The tables are up to date.');
if (!hasGroups) {
  console.log(
    'Nobody was given rights: the groups beforehand_… are missing, and this user may not create roles. docs/sql.md has the statements.',
  );
}
