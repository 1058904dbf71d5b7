// What the files of a page may take, and how long those of the one before stay.

import { integer, type Settings } from './settings.ts';

export const assetSettings = {
  maxPageBytes: integer(
    'BEFOREHAND_PAGE_MAX_BYTES',
    "Bytes of a page's shell and files together; a replica whose page has more does not start.",
    { default: 16_777_216, min: 1_024, max: 1_073_741_824 },
  ),
  keepAssetsS: integer(
    'BEFOREHAND_ASSETS_KEEP_S',
    'How long files of a former page stay, for browsers that still show it.',
    { default: 604_800, min: 0, max: 31_536_000 },
  ),
  maxFormerAssetsBytes: integer(
    'BEFOREHAND_ASSETS_MAX_FORMER_BYTES',
    'Bytes of such files; beyond it those go first that have been former ones the longest.',
    { default: 67_108_864, min: 0, max: 10_737_418_240 },
  ),
} satisfies Settings;
