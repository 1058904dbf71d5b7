// The keys file: what a producer's key looks like, and how its hash is written down.

import { hash, randomBytes } from 'node:crypto';
import { type Producer, type Scope, scopes } from '../domain/ingest/producer.ts';
import { isReservedSource } from '../domain/reserved-sources.ts';

/** A key's entry in the file. The key itself is written nowhere. */
export type StoredKey = Producer & { readonly sha256: string };

const idPattern = /^[A-Za-z0-9-]{1,64}$/;
const keyPattern = /^bhk_([A-Za-z0-9-]{1,64})_[A-Za-z0-9_-]{43}$/;
const sha256Pattern = /^[0-9a-f]{64}$/;

/**
 * Returns a new key and its entry, or throws when it would be good for nothing. Whoever holds
 * `keyText` is that producer: show it once.
 */
export function newProducerKey(producer: Producer): { keyText: string; entry: StoredKey } {
  const reserved = producer.sources.find((pattern) => isReservedSource(pattern.replace(/\*$/, '')));
  if (reserved !== undefined) {
    throw new Error(
      `No key is good for the source ${reserved}: only users' browsers and the platform itself report events of it. Choose another.`,
    );
  }
  const keyText = `bhk_${producer.id}_${randomBytes(32).toString('base64url')}`;
  if (!keyPattern.test(keyText)) throw new Error(`A key's id must match ${idPattern.source}.`);
  return { keyText, entry: { ...producer, sha256: hashKey(keyText) } };
}

/** 256 random bits cannot be guessed, so one fast round of SHA-256 is enough. */
export function hashKey(keyText: string): string {
  return hash('sha256', keyText);
}

export function idOfKey(keyText: string): string | null {
  return keyPattern.exec(keyText)?.[1] ?? null;
}

/** Reads the text of a keys file, by id. Throws with the place and what must be there. */
export function parseKeys(text: string): Map<string, StoredKey> {
  const file: unknown = JSON.parse(text);
  const list = isRecord(file) ? file.keys : undefined;
  if (!Array.isArray(list)) throw new Error('It must be {"keys": […]}.');
  const keys = new Map<string, StoredKey>();
  for (const [index, entry] of list.entries()) {
    const key = parseEntry(entry, `keys[${index}]`);
    if (keys.has(key.id)) throw new Error(`keys[${index}].id "${key.id}" is there twice.`);
    keys.set(key.id, key);
  }
  return keys;
}

function parseEntry(entry: unknown, where: string): StoredKey {
  if (!isRecord(entry)) throw new Error(`${where} must be an object.`);
  const { id, sha256 } = entry;
  if (typeof id !== 'string' || !idPattern.test(id)) {
    throw new Error(`${where}.id must match ${idPattern.source}.`);
  }
  if (typeof sha256 !== 'string' || !sha256Pattern.test(sha256)) {
    throw new Error(`${where}.sha256 must be 64 hexadecimal digits in lower case.`);
  }
  const sources = parsePatterns(entry.sources, `${where}.sources`);
  const types = parsePatterns(entry.types, `${where}.types`);
  return { id, sha256, sources, types, scopes: parseScopes(entry.scopes, `${where}.scopes`) };
}

function parsePatterns(value: unknown, where: string): string[] {
  const patterns = Array.isArray(value) ? value : [];
  const areValid = patterns.every((text) => typeof text === 'string' && /^[^*]*\*?$/.test(text));
  if (patterns.length === 0 || !areValid || patterns.includes('')) {
    throw new Error(`${where} must list at least one of: a value, a prefix with * behind, or *.`);
  }
  return patterns;
}

function parseScopes(value: unknown, where: string): Scope[] {
  const known: readonly unknown[] = scopes;
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => known.includes(name))) {
    throw new Error(`${where} must list at least one of: ${scopes.join(', ')}.`);
  }
  return value;
}

function isRecord(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
