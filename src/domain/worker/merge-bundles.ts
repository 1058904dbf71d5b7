// Bundles that wait for the broker at the same time become one: of each user and slot only the newest.

import type { ContentBundle, GenericContent, UserDocument } from '../document.ts';

/** All of one lane, and at least one. */
export function mergeBundles(bundles: readonly ContentBundle[]): ContentBundle {
  const [first] = bundles;
  if (first === undefined) throw new Error('There is no bundle of nothing.');
  if (bundles.length === 1) return first;
  const documents = new Map<string, UserDocument>();
  const generic = new Map<string, GenericContent>();
  for (const bundle of bundles) {
    for (const document of bundle.documents) keepNewer(documents, document.user, document);
    for (const content of bundle.generic) keepNewer(generic, content.slot, content);
  }
  return {
    lane: first.lane,
    documents: [...documents.values()],
    generic: [...generic.values()],
    resolved: bundles.flatMap(({ resolved }) => resolved),
    stored: bundles.flatMap(({ stored = [] }) => stored),
  };
}

function keepNewer<Value extends { version: number }>(
  newest: Map<string, Value>,
  key: string,
  value: Value,
): void {
  const held = newest.get(key);
  if (held === undefined || held.version < value.version) newest.set(key, value);
}
