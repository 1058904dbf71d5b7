// What breaks those behind us although it is JSON, wherever it comes from.

import type { Json } from './json.ts';

/** NUL, which Postgres cannot keep, and halves of characters, which UTF-8 cannot express. */
const unkeepable = /[\0\p{Surrogate}]/u;

export function isKeepable(text: string): boolean {
  return !unkeepable.test(text);
}

/**
 * Says what is wrong: keys that would change a prototype, nested deeper than `maxDepth`, text or
 * numbers that cannot be kept. Walks level by level and not by recursion, because the depth is what
 * it is to bound.
 */
export function flawIn(root: Json, maxDepth: number): string | null {
  let level: readonly Json[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    for (const value of level) {
      const flaw = flawOf(value);
      if (flaw !== null) return flaw;
    }
    const inner = level.filter((value) => typeof value === 'object' && value !== null);
    if (depth === maxDepth && inner.length > 0) {
      return `It is nested deeper than ${maxDepth} levels.`;
    }
    level = inner.flatMap((value) => Object.values(value as object) as Json[]);
  }
  return null;
}

const unkeepableText = 'A text contains \\u0000 or half of a surrogate pair.';

/** What is wrong with a value, whatever may be in it. */
function flawOf(value: Json): string | null {
  if (typeof value === 'string') return isKeepable(value) ? null : unkeepableText;
  // What is too large for a double was rounded to Infinity, which JSON cannot express.
  if (value === Infinity || value === -Infinity) return 'A number is too large.';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  for (const [key, child] of Object.entries(value)) {
    if (!isKeepable(key)) return unkeepableText;
    if (isPoisonous(key, child)) return `A key "${key}" would change a prototype.`;
  }
  return null;
}

/** Harmless here, but an author who merges objects would change all of them. */
function isPoisonous(key: string, value: Json): boolean {
  if (key === '__proto__') return true;
  return (
    key === 'constructor' &&
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, 'prototype')
  );
}
