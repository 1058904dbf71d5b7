// Where a user's position lies. Nginx makes the same path from the subject of a verified token.

import { hash } from 'node:crypto';

/** SHA-256 as 32 characters of one byte each: half the memory of the hexadecimal form. */
export type PositionKey = string;

export function positionKeyOf(user: string): PositionKey {
  return hash('sha256', user, 'binary');
}

/** `ab/cdef…`: 2 and 62 hexadecimal digits, so that no name of a user can lead anywhere else. */
export function pathOfKey(key: PositionKey): string {
  const hex = Buffer.from(key, 'binary').toString('hex');
  return `${hex.slice(0, 2)}/${hex.slice(2)}`;
}

/** The key of what lies at this path; `null` when no user's position does. */
export function keyOfPath(path: string): PositionKey | null {
  if (!/^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(path)) return null;
  return Buffer.from(path.replace('/', ''), 'hex').toString('binary');
}

export function positionPathOf(user: string): string {
  return pathOfKey(positionKeyOf(user));
}
