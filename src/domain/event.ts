// An event as the platform knows it once a producer has been answered 202.

import type { Json } from './json.ts';

/** Interactive work never waits behind bulk work, from ingest to the replica's disk. */
export const lanes = ['interactive', 'bulk'] as const;

export type Lane = (typeof lanes)[number];

/** Limits of an event, whoever reports it. CloudEvents asks everyone to take 64 KiB. */
export const maxEventBytes = 64 * 1024;
/** With the longest source, user and name it still fits an index of Postgres: 2,704 bytes. */
export const maxIdChars = 255;
/** Enough for any record; what parses, copies or prints it by recursion stays far from its end. */
export const maxDataDepth = 64;

export type AcceptedEvent = {
  /** CloudEvents `source`; with `id` it names the event. */
  source: string;
  id: string;
  type: string;
  /** CloudEvents `subject`: whom the event is about. `null` means everyone. */
  user: string | null;
  lane: Lane;
  /** Order key given when the event was accepted, see stamp.ts. */
  stamp: number;
  /** Opaque name of the event for whoever waits for it, the same for a retried POST. */
  ticket: string;
  /** SHA-256 (hex) of type and data: the same source and id with another digest is `id_reuse`. */
  digest: string;
  /** Ingest's clock, Unix milliseconds. */
  acceptedAtMs: number;
  data: Json;
};

/** How events get their ticket and their digest, wherever one is made. */
export type NameEvent = {
  ticketOf: (source: string, id: string) => string;
  digestOf: (type: string, data: Json) => string;
};

/**
 * A user is 1–128 characters and never starts with a dot, so that it is safe in a path, where `me`
 * means whoever asks and is nobody's name.
 */
const userPattern = /^[A-Za-z0-9_~@:+-][A-Za-z0-9._~@:+-]{0,127}$/;

export function isUser(text: string): boolean {
  return text !== 'me' && userPattern.test(text);
}
