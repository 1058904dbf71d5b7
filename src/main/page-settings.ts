// Whom a page talks to, and what its files may take.

import { integer, type Setting, type Settings } from './settings.ts';

/**
 * A path of the page's own origin, or a URL. No character of it may mean anything in HTML, in a header
 * or in the configuration of Nginx.
 */
function place(env: string, about: string, fallback: string): Setting<string> {
  return {
    env,
    about,
    default: fallback,
    parse(value) {
      const isPlace = /^(?:https?:\/\/[a-z0-9.:[\]-]+)?\/(?!\/)[\w/.~%-]*$/.test(value);
      if (isPlace && URL.canParse(value, 'http://page.example')) return value;
      throw new Error('must be a path such as /v1/client-events, or an http: or https: URL');
    },
  };
}

/** Read by a replica, which fills them in, and by the Nginx before it, which names them in the policy. */
export const pageSettings = {
  clientEventsUrl: place(
    'BEFOREHAND_CLIENT_EVENTS_URL',
    'Where the page reports what its reader does: a path of its own origin, or the URL of an ingest.',
    '/v1/client-events',
  ),
  sessionUrl: place(
    'BEFOREHAND_SESSION_URL',
    'Where the page asks who its reader is: a path, or a URL. Without it nobody is asked.',
    '',
  ),
} satisfies Settings;

/** Read by a replica alone. */
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
