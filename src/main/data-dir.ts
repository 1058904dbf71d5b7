// Where a local installation keeps everything: solo, stack and their keys.

import { resolve } from 'node:path';
import { type Settings, text } from './settings.ts';

export const dataDirSetting = {
  dataDir: {
    ...text(
      'BEFOREHAND_DATA_DIR',
      'Directory in which solo and stack keep their data, keys and logs.',
      resolve('.beforehand'),
    ),
    parse: (path: string) => resolve(path),
  },
} satisfies Settings;
