// Ends a test run with one line that people and machines can count on.

import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed, N skipped` as the very last line of the process. */
export function finalLineReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const counts = countResults(modules);
      const failed = counts.failed + unhandledErrors.length;
      process.once('exit', () => {
        process.stdout.write(
          `${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`,
        );
      });
    },
  };
}

/** A file that cannot even be loaded counts as one failure, or a broken run would look clean. */
export function countResults(modules: readonly Pick<TestModule, 'children' | 'errors'>[]) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length > 0 ? 1 : 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed') counts[state] += 1;
      else counts.skipped += 1;
    }
  }
  return counts;
}
