// Batches wait for a turn of the event loop before they are read; what is small does not.

import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { batch, goodEvent, structured } from '../fixtures/bad-event.ts';
import { openIngest, type TestIngest } from './open-ingest.ts';

const ownTurn = vi.hoisted(() => vi.fn(async () => true));
vi.mock('../../src/inbound/http-turns.ts', () => ({ createTurns: () => ownTurn }));

let ingest: TestIngest;

beforeAll(async () => {
  ingest = await openIngest();
});
afterEach(() => {
  ownTurn.mockClear();
});
afterAll(() => ingest.stop());

it('reads a batch in a turn of its own, and a single event at once', async () => {
  expect(await ingest.post(structured, JSON.stringify(goodEvent))).toMatchObject({ status: 202 });
  expect(ownTurn).not.toHaveBeenCalled();
  expect(await ingest.post(batch, JSON.stringify([goodEvent]))).toMatchObject({ status: 202 });
  expect(ownTurn).toHaveBeenCalledOnce();
});

it('reads nothing of a batch whose client has gone meanwhile', async () => {
  ingest.published.length = 0;
  ownTurn.mockResolvedValueOnce(false);
  expect(await ingest.post(batch, JSON.stringify([goodEvent]))).toMatchObject({ status: 400 });
  expect(ingest.published).toEqual([]);
});
