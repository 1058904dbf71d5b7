// What the doors that clients see must read alike: a replica and its Nginx, and an ingest.

import type { Setting, Settings } from './settings.ts';

function tokenCookie(env: string, about: string, fallback: string): Setting<string> {
  return {
    env,
    about,
    default: fallback,
    parse(name) {
      // Nginx reads it as the variable $cookie_name, and its variables have no other characters.
      if (/^\w{1,64}$/.test(name)) return name;
      throw new Error('must be 1 to 64 letters, digits and _');
    },
  };
}

/** Separated by spaces, and each as a browser writes it, because that is what it is compared with. */
function origins(env: string, about: string): Setting<readonly string[]> {
  return {
    env,
    about,
    default: [],
    parse(list) {
      const all = list.split(/\s+/).filter((origin) => origin !== '');
      // No wildcard, and no null: with cookies either would let in everybody. And nothing that
      // means something in Nginx's configuration, which has them too.
      const isOrigin = (given: string) =>
        /^https?:\/\/[a-z0-9.:[\]-]+$/.test(given) &&
        URL.canParse(given) &&
        new URL(given).origin === given;
      if (all.every(isOrigin)) return Object.freeze(all);
      throw new Error('must be origins such as https://shop.example, separated by spaces');
    },
  };
}

export const clientDoorSettings = {
  corsOrigins: origins(
    'BEFOREHAND_CORS_ORIGINS',
    'Origins whose pages may read content and report client events, separated by spaces. None: no page of another origin reads, and none reports.',
  ),
  tokenCookie: tokenCookie(
    'BEFOREHAND_TOKEN_COOKIE',
    "Cookie that holds a client's token where there is no Authorization.",
    'beforehand_token',
  ),
} satisfies Settings;
