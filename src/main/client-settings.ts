// What the clients' door of a replica lets in beside plain reads: streams, cookies, other origins.

import { integer, type Setting, type Settings } from './settings.ts';

function tokenCookie(env: string, about: string, fallback: string): Setting<string> {
  return {
    env,
    about,
    default: fallback,
    parse(name) {
      if (/^[\w-]{1,64}$/.test(name)) return name;
      throw new Error('must be 1 to 64 letters, digits, - and _');
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

export const clientSettings = {
  maxStreams: integer(
    'BEFOREHAND_REPLICA_MAX_STREAMS',
    'Streams open at a time; more are answered 503.',
    { default: 10_000, min: 1, max: 1_000_000 },
  ),
  maxStreamsPerUser: integer(
    'BEFOREHAND_REPLICA_MAX_STREAMS_PER_USER',
    'Streams of one user open at a time; more are answered 503.',
    { default: 10, min: 1, max: 1_000_000 },
  ),
  streamHeartbeatMs: integer(
    'BEFOREHAND_STREAM_HEARTBEAT_MS',
    'How often a silent stream says that it is alive, and looks whether its document has changed.',
    { default: 15_000, min: 50, max: 300_000 },
  ),
  streamStallMs: integer(
    'BEFOREHAND_STREAM_STALL_MS',
    'How long a client may take nothing of what a stream sends before it is cut off.',
    { default: 30_000, min: 50, max: 300_000 },
  ),
  corsOrigins: origins(
    'BEFOREHAND_CORS_ORIGINS',
    'Origins whose pages may read content, separated by spaces. None: no page of another origin.',
  ),
  tokenCookie: tokenCookie(
    'BEFOREHAND_TOKEN_COOKIE',
    "Cookie that holds a client's token where there is no Authorization.",
    'beforehand_token',
  ),
} satisfies Settings;
