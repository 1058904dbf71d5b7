// Whom a page talks to: read by a replica, which fills it in, and by the Nginx before it, which says so.

import type { Setting, Settings } from './settings.ts';

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
