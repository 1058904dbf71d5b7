// Bundles that become one: whatever is left out is older than what stays.

import { expect, it } from 'vitest';
import type { ContentBundle } from '../../../src/domain/document.ts';
import { mergeBundles } from '../../../src/domain/worker/merge-bundles.ts';
import { aDocument, aGeneric } from '../../fixtures/content.ts';

const bundle = (parts: Partial<ContentBundle>): ContentBundle => {
  return { lane: 'bulk', documents: [], generic: [], resolved: [], ...parts };
};

it('keeps of each user and slot the newest, in whatever order they come, and every ticket', () => {
  const [old, newer] = [aDocument('alice', { version: 1 }), aDocument('alice', { version: 2 })];
  const [oldDeals, newDeals] = [aGeneric({ version: 3 }), aGeneric({ version: 4 })];
  const bob = aDocument('bob', { version: 1 });
  const one = { ticket: 't1', outcome: 'stored' } as const;
  const two = { ticket: 't2', outcome: 'superseded' } as const;
  const parts = [
    bundle({ documents: [newer], generic: [oldDeals], resolved: [one] }),
    bundle({ documents: [old, bob], generic: [newDeals], resolved: [two] }),
  ];
  const merged = bundle({ documents: [newer, bob], generic: [newDeals], resolved: [one, two] });
  expect(mergeBundles(parts)).toEqual({ ...merged, stored: [] });
});
