// Entry: `npm run -s cli -- COMMAND`, for the people who run the platform. It ends with 0 when it did
// what it was told, 1 when that failed or was interrupted, 2 when it was told wrongly.

import { Command, CommanderError } from 'commander';
import { printable } from './cli-table.ts';
import { openTerminal } from './cli-terminal.ts';

const cli = new Command('npm run -s cli --')
  .description('Looks after a running installation of Beforehand.')
  .exitOverride()
  .addHelpText(
    'after',
    `
What npm start or npm run stack started in BEFOREHAND_DATA_DIR, .beforehand unless set, is found by
itself. Elsewhere say where things are: BEFOREHAND_POSTGRES_URL, BEFOREHAND_INGEST_URL,
BEFOREHAND_OPERATOR_URL, BEFOREHAND_REGION_URLS, BEFOREHAND_AMQP_URL, BEFOREHAND_KEYS_FILE.

Examples:
  npm run -s cli -- status
  npm run -s cli -- user show alice
  npm run -s cli -- dead list --since 2h`,
  );
/** What each imports takes a moment to load, so only what was typed is; for help all are. */
const commands = new Map([
  ['status', async () => (await import('./cli-status.ts')).addStatusCommand],
  ['user', async () => (await import('./cli-user.ts')).addUserCommands],
  ['event', async () => (await import('./cli-event.ts')).addEventCommands],
  ['dead', async () => (await import('./cli-dead.ts')).addDeadCommands],
  ['send', async () => (await import('./cli-send.ts')).addSendCommand],
  ['region', async () => (await import('./cli-region.ts')).addRegionCommands],
  ['generator', async () => (await import('./cli-generator.ts')).addGeneratorCommands],
  ['key', async () => (await import('./cli-key.ts')).addKeyCommands],
]);
const typed = commands.get(process.argv[2] ?? '');
const terminal = openTerminal();
for (const load of typed === undefined ? commands.values() : [typed]) (await load())(cli, terminal);

await cli.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) {
    // It has said itself what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  // It may quote what others wrote.
  console.error(printable(error.message));
  process.exitCode = 1;
});
