// What breaks those behind us although it is JSON, wherever it comes from.

import type { Json } from './json.ts';

/** NUL, which Postgres cannot keep, and halves of characters, which UTF-8 cannot express. */
const unkeepable = /[\0\p{Surrogate}]/u;

export function isKeepable(text: string): boolean {
  return !unkeepable.test(text);
}

/**
 * Says what is wrong first: keys that would change a prototype, nested deeper than `maxDepth`, text
 * or numbers that cannot be kept. It calls itself no deeper than `maxDepth`, however deep the JSON.
 */
export function flawIn(root: Json, maxDepth: number): string | null {
  return flawAt(root, 0, maxDepth);
}

const unkeepableText = 'A text contains \\u0000 or half of a surrogate pair.';

function flawAt(value: Json, depth: number, maxDepth: number): string | null {
  if (typeof value === 'string') return isKeepable(value) ? null : unkeepableText;
  // What is too large for a double was rounded to Infinity, which JSON cannot express.
  if (value === Infinity || value === -Infinity) return 'A number is too large.';
  if (typeof value !== 'object' || value === null) return null;
  if (depth === maxDepth) return `It is nested deeper than ${maxDepth} levels.`;
  if (!Array.isArray(value)) {
    const flaw = flawOfKeys(value as { readonly [key: string]: Json });
    if (flaw !== null) return flaw;
  }
  for (const child of Object.values(value) as Json[]) {
    const flaw = flawAt(child, depth + 1, maxDepth);
    if (flaw !== null) return flaw;
  }
  return null;
}

function flawOfKeys(value: { readonly [key: string]: Json }): string | null {
  for (const key of Object.keys(value)) {
    if (!isKeepable(key)) return unkeepableText;
    if (isPoisonous(key, value[key])) return `A key "${key}" would change a prototype.`;
  }
  return null;
}

/** Harmless here, but an author who merges objects would change all of them. */
function isPoisonous(key: string, value: Json | undefined): boolean {
  if (key === '__proto__') return true;
  return (
    key === 'constructor' &&
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, 'prototype')
  );
}
