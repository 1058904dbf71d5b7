// Entry: `npm run psql [-- ARGUMENTS]` opens psql as the inspector of what runs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findPsql } from '../servers/programs.ts';
import { findInspectorUrl, howToGetPsql, psqlEnv, withoutPostgresVariables } from './psql-place.ts';

const greeting = `You read and change nothing. \\dv lists the views, \\d+ NAME says what its columns mean, \\q ends.
Questions and the queries that answer them: docs/sql.md.`;

async function openPsql(args: readonly string[]): Promise<void> {
  const env = psqlEnv(findInspectorUrl(process.env));
  const program = findPsql();
  if (program === null) throw new Error(howToGetPsql(env));
  if (args.length === 0 && process.stdin.isTTY) console.log(greeting);
  // Ctrl-C is for a query in psql, and reaches it from the terminal; a signal to us is for both.
  process.on('SIGINT', () => {});
  const psql = spawn(program, args, {
    env: { ...withoutPostgresVariables(process.env), ...env },
    stdio: 'inherit',
  });
  process.on('SIGTERM', () => psql.kill('SIGTERM'));
  const [code] = (await once(psql, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}

await openPsql(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
