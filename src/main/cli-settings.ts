// What the command line reads from its environment.

import { dataDirSetting } from './data-dir.ts';
import { type Settings, text } from './settings.ts';

export const cliSettings = {
  ...dataDirSetting,
  postgresUrl: text(
    'BEFOREHAND_POSTGRES_URL',
    'Where Postgres is; that of solo or the stack in the data directory unless given.',
    '',
  ),
} satisfies Settings;
