// What is served of users whose content expires: looked at as files, and asked for.

import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { positionOf } from './flood-users.ts';
import type { OffersDocument } from './generators/offers.ts';
import type { Door, Edge } from './open-edge.ts';
import { send } from './send.ts';

/** What is looked at disturbs what is measured: no more often than the answer has use for. */
const lookEveryMs = 20;

const goneTimeoutMs = 30_000;

/** Resolves when each of them has a file; throws when one has none by then. */
export async function untilThere(
  door: Door,
  users: readonly string[],
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
): Promise<void> {
  const left = await untilEach(pathsOf(door, users), existsSync, { deadlineMs, signal });
  if (left > 0) throw new Error(`Not all of ${users.length} documents were laid down in time.`);
}

/**
 * Resolves with how long after `expiresAtMs` the last file was seen to be gone. Whole folders are
 * looked at: to look for each file alone takes most of a second, which would count as well.
 */
export async function untilGone(
  door: Door,
  users: readonly string[],
  { expiresAtMs, signal }: { expiresAtMs: number; signal: AbortSignal },
): Promise<number> {
  const expired = new Set(pathsOf(door, users));
  const folders = new Set([...expired].map(dirname));
  const isCleared = (folder: string) =>
    !readdirSync(folder).some((name) => expired.has(`${folder}/${name}`));
  await pause(expiresAtMs - Date.now(), undefined, { signal });
  const deadlineMs = expiresAtMs + goneTimeoutMs;
  const left = await untilEach([...folders], isCleared, { deadlineMs, signal });
  if (left > 0) throw new Error(`Of ${users.length} expired documents some still have a position.`);
  return Date.now() - expiresAtMs;
}

/** How many of `sample` users are shown a slot of their own, or are not answered with 200. */
export async function countShown(
  edge: Edge,
  door: Door,
  users: readonly string[],
  sample: number,
): Promise<number> {
  const step = Math.max(1, Math.floor(users.length / sample));
  let shown = 0;
  for (let index = 0; index < users.length; index += step) {
    const token = await edge.tokenOf(users[index] as string);
    const headers = { authorization: `Bearer ${token}` };
    const { status, text } = await send(`${door.url}/v1/content/me`, { headers });
    const isHidden =
      status === 200 && (JSON.parse(text) as OffersDocument).slots.offers.state !== 'personal';
    if (!isHidden) shown += 1;
  }
  return shown;
}

function pathsOf(door: Door, users: readonly string[]): string[] {
  return users.map((user) => positionOf(door, user));
}

/** Each is looked at until it holds, and then no more. Resolves with how many are left. */
async function untilEach(
  paths: string[],
  holds: (path: string) => boolean,
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
): Promise<number> {
  for (;;) {
    for (let path = paths.at(-1); path !== undefined && holds(path); path = paths.at(-1)) {
      paths.pop();
    }
    if (paths.length === 0 || Date.now() > deadlineMs) return paths.length;
    await pause(lookEveryMs, undefined, { signal });
  }
}
