// Entry: `npm run -s cli -- COMMAND`, for the people who run the platform. It ends with 0 when it did
// what it was told, 1 when that failed or was interrupted, 2 when it was told wrongly.

import { Command, CommanderError } from 'commander';
import { addDeadCommands } from './cli-dead.ts';
import { addEventCommands } from './cli-event.ts';
import { addGeneratorCommands } from './cli-generator.ts';
import { addKeyCommands } from './cli-key.ts';
import { addRegionCommands } from './cli-region.ts';
import { addSendCommand } from './cli-send.ts';
import { addStatusCommand } from './cli-status.ts';
import { printable } from './cli-table.ts';
import { openTerminal } from './cli-terminal.ts';
import { addUserCommands } from './cli-user.ts';

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
const terminal = openTerminal();
addStatusCommand(cli, terminal);
addUserCommands(cli, terminal);
addEventCommands(cli, terminal);
addDeadCommands(cli, terminal);
addSendCommand(cli, terminal);
addRegionCommands(cli, terminal);
addGeneratorCommands(cli, terminal);
addKeyCommands(cli, terminal);

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
