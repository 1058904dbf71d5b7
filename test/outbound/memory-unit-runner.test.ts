import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { config } from '../contract/unit-runner-authors.ts';
import { unitRunnerContract } from '../contract/unit-runner-contract.ts';

unitRunnerContract('memory', async (observe) =>
  createMemoryUnitRunner({ config, observe, nowMs: Date.now }),
);
