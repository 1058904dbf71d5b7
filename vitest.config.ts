// How tests run: real servers are started once for all of them, see test/servers.ts.

import { defineConfig } from 'vitest/config';
import { finalLineReporter } from './test/final-line-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/servers.ts'],
    reporters: ['default', finalLineReporter()],
    pool: 'forks',
    // Every test file may start processes of its own: two files side by side keep two cores busy.
    maxWorkers: 2,
    // Bounds for what hangs. No test measures time.
    testTimeout: 20_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
});
