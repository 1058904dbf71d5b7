// What `npm run psql` reads from its environment.

import { dataDirSetting } from './data-dir.ts';
import { type Settings, text } from './settings.ts';

export const psqlSettings = {
  ...dataDirSetting,
  inspectorUrl: text(
    'BEFOREHAND_INSPECTOR_URL',
    'Where people with psql look; the inspector of solo or the stack in the data directory unless given.',
    '',
  ),
} satisfies Settings;
