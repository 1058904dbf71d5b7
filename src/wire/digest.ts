// The digest of an event: what tells a repeated event from another one under the same name.

import { hash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import type { Json } from '../domain/json.ts';
import { refusal } from './refusal.ts';

/**
 * SHA-256 (hex) of type and data, whatever the order of the data's keys.
 * Throws `rejected` when the data is nested too deeply to be written down.
 */
export function digestOf(type: string, data: Json): string {
  return hash('sha256', canonical([type, data]));
}

function canonical(value: Json): string {
  try {
    return stringify(value) ?? 'null';
  } catch (error) {
    throw refusal('The data is nested too deeply.', error);
  }
}
