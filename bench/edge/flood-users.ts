// Who reads during a flood: users whose documents are positioned, and users nobody has heard of.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { strangerPrefix } from './generators/offers.ts';
import type { Door, Edge } from './open-edge.ts';
import { postLogins } from './post-logins.ts';

export const knownUsers = Array.from({ length: 1_000 }, (_, index) => `known-${index}`);

const positionedTimeoutMs = 60_000;

/** Returns a file of their requests once all of them have a position behind the door. */
export async function positionKnown(edge: Edge, door: Door, signal: AbortSignal): Promise<string> {
  await postLogins(
    edge,
    knownUsers.map((user) => ({ id: `first-${user}`, user })),
  );
  const deadlineMs = Date.now() + positionedTimeoutMs;
  for (const user of knownUsers) {
    while (!existsSync(positionOf(door, user))) {
      if (Date.now() > deadlineMs) throw new Error(`${user} has no position in ${door.region}.`);
      await pause(20, undefined, { signal });
    }
  }
  return writeRequests(edge, 'known', knownUsers);
}

/** Returns a file of the requests of `count` users, each of whom reads once and was never seen. */
export function writeStrangers(edge: Edge, count: number): Promise<string> {
  const users = Array.from({ length: count }, (_, index) => `${strangerPrefix}flood-${index}`);
  return writeRequests(edge, 'strangers', users);
}

export function positionOf({ positionsDir }: Door, user: string): string {
  return join(positionsDir, 'users', positionPathOf(user));
}

/** Of a slot instead of the document where `slot` is given: those only the replica answers. */
export async function writeRequests(
  edge: Edge,
  name: string,
  users: readonly string[],
  slot?: string,
): Promise<string> {
  const path = slot === undefined ? '/v1/content/me' : `/v1/content/me/${slot}`;
  const lines: string[] = [];
  for (const user of users) lines.push(`${path}\t${await edge.tokenOf(user)}\n`);
  const file = join(edge.place.directory, `flood-${name}.txt`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
}
