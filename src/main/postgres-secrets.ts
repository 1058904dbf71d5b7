// The passwords of a Postgres that solo or the stack looks after.

import { randomBytes } from 'node:crypto';
import type { LoginPasswords } from '../outbound/postgres-logins.ts';

/** `postgres` is the superuser's. */
export type PostgresSecrets = LoginPasswords & { readonly postgres: string };

export function newPostgresSecrets(): PostgresSecrets {
  const password = () => randomBytes(18).toString('base64url');
  return {
    ...{ postgres: password(), migrator: password(), worker: password() },
    ...{ operator: password(), inspector: password() },
  };
}
