// What the last line of a test run counts.

import { expect, it } from 'vitest';
import { countResults } from '../final-line-reporter.ts';

type Modules = Parameters<typeof countResults>[0];

function moduleWith(states: readonly string[], errors: readonly unknown[] = []): Modules[number] {
  const tests = states.map((state) => ({ result: () => ({ state }) }));
  const fake = { children: { allTests: () => tests }, errors: () => errors };
  return fake as unknown as Modules[number];
}

it('counts tests by how they ended, and those that never ran as skipped', () => {
  const modules = [moduleWith(['passed', 'failed', 'passed']), moduleWith(['skipped', 'pending'])];
  expect(countResults(modules)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

it('counts a file that cannot be loaded as a failure', () => {
  expect(countResults([moduleWith([], [new Error('no such module')])])).toMatchObject({
    failed: 1,
  });
});
