import { expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { createStoreReport } from '../../../src/domain/worker/store-reports.ts';
import { createUntilAvailable } from '../../../src/domain/worker/until-available.ts';

const report = { region: 'eu', instance: 'eu-1', sentAtMs: 1, isCaughtUp: true, receipts: [] };

function open(failure: Failure, times: number) {
  let calls = 0;
  const stopping = new AbortController();
  const store = createStoreReport({
    store: {
      async storeReport() {
        calls += 1;
        if (calls <= times) throw failure;
        return 0;
      },
    },
    untilAvailable: createUntilAvailable(() => {}, stopping.signal),
    observe: () => {},
  });
  return { store, stopping, calls: () => calls };
}

it('keeps a report while the store is away, for the broker drops what comes back too often', async () => {
  const { store, calls } = open(new Failure('unavailable', 'Postgres restarts.'), 2);
  await store(report);
  expect(calls()).toBe(3);
});

it('gives a report back that the store refuses, or while the worker stops', async () => {
  const refused = open(new Failure('rejected', 'out of range'), 1);
  await expect(refused.store(report)).rejects.toMatchObject({ code: 'rejected' });
  const stopped = open(new Failure('unavailable', 'Postgres restarts.'), 1);
  stopped.stopping.abort();
  await expect(stopped.store(report)).rejects.toMatchObject({ code: 'unavailable' });
});
