// Entry: `npm run -s cli -- COMMAND`, for the people who run the platform. It ends with 0 when it did
// what it was told, 1 when that failed or was interrupted, 2 when it was told wrongly.

import { Command, CommanderError } from 'commander';
import { addDeadCommands } from './cli-dead.ts';
import { openTerminal } from './cli-terminal.ts';

const cli = new Command('npm run -s cli --')
  .description('Looks after a running installation of Beforehand.')
  .exitOverride()
  .addHelpText(
    'after',
    `
Postgres is found by BEFOREHAND_POSTGRES_URL. Without that it is the one of what npm start or
npm run stack started in BEFOREHAND_DATA_DIR, which is .beforehand unless set.`,
  );
addDeadCommands(cli, openTerminal());

await cli.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) {
    // It has said itself what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  console.error(error.message);
  process.exitCode = 1;
});
