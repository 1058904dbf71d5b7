// Anything that may travel, for properties.

import fc from 'fast-check';
import type { GenericContent, SlotContent, UserDocument } from '../../src/domain/document.ts';
import { isUser } from '../../src/domain/event.ts';

/** Numbers as they are in stamps, versions and times. */
const wholeNumber = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** Any text that a name may be. */
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

/** Keys that objects treat in ways of their own are likely here. */
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', '0', '10', '-1', ''),
);

/** What a generator may return, as the JSON text that V8 makes of it. */
export const contentJson = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(Object.fromEntries),
    ),
  }))
  .value.map((value) => JSON.stringify(value));

const slotContent: fc.Arbitrary<SlotContent> = fc.record({
  slot: text,
  stamp: wholeNumber,
  event: fc.record({ source: text, id: text, type: text }),
  generatedAtMs: wholeNumber,
  expiresAtMs: fc.option(wholeNumber),
  contentJson,
});

export const user = fc.stringMatching(/^[A-Za-z0-9_~@:+-][A-Za-z0-9._~@:+-]{0,20}$/).filter(isUser);

export const userDocument: fc.Arbitrary<UserDocument> = fc.record({
  user,
  version: wholeNumber,
  storedAtMs: wholeNumber,
  slots: fc.array(slotContent, { maxLength: 4 }),
});

export const genericContent: fc.Arbitrary<GenericContent> = fc
  .tuple(slotContent, wholeNumber, wholeNumber)
  .map(([slot, version, withdrawnBelow]) => ({ ...slot, version, withdrawnBelow }));

const resolved = fc.record({
  ticket: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
  outcome: fc.constantFrom(
    ...(['stored', 'unchanged', 'superseded', 'done', 'dead', 'erased', 'ignored'] as const),
  ),
});

const stored = fc.record({
  ticket: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
  acceptedAtMs: fc.option(wholeNumber),
});

/** None of them is not said at all, as in the release before. */
export const contentBundle = fc.record(
  {
    lane: fc.constantFrom('interactive' as const, 'bulk' as const),
    documents: fc.array(userDocument, { maxLength: 5 }),
    generic: fc.array(genericContent, { maxLength: 3 }),
    resolved: fc.array(resolved, { maxLength: 5 }),
    stored: fc.array(stored, { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ['lane', 'documents', 'generic', 'resolved'] },
);

export const snapshotPage = fc.record({
  snapshotId: text,
  documents: fc.array(userDocument, { maxLength: 5 }),
  generic: fc.array(genericContent, { maxLength: 3 }),
  next: fc.option(user),
});
