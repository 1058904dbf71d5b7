import { expect, it } from 'vitest';
import { createLastStored } from '../../../src/domain/replica/last-stored.ts';

it('keeps who was stored last, in whatever order they are found', () => {
  const found = [
    ['a', 1_000],
    ['b', 5_001],
    ['c', 15_000],
    ['d', 4_999],
    ['e', 5_000],
  ] as const;
  for (const order of [found, found.toReversed()]) {
    const last = createLastStored(10_000);
    for (const [user, version] of order) last.found(user, version);
    expect([...last.all()].map(([user]) => user).toSorted()).toEqual(['b', 'c', 'e']);
  }
});

it('knows nobody where nobody was found', () => {
  expect([...createLastStored(10_000).all()]).toEqual([]);
});
