// What products remember of people's clicks: bounded, and of those who were heard of last.

import { expect, it } from 'vitest';
import { createTallies } from '../../../src/apps/home/products/tallies.mjs';

it('counts for so many people at a time, and forgets who was not heard of for longest', () => {
  const tallies = createTallies();
  const people = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
  for (const user of people) tallies.count(user, 'sea');
  tallies.count('user-0', 'sea');
  tallies.count('somebody', 'sea');
  expect(tallies.users()).toHaveLength(10_000);
  expect(['user-0', 'user-1', 'user-2', 'somebody'].map((user) => tallies.of(user, 'sea'))).toEqual(
    [2, 0, 1, 1],
  );
});
