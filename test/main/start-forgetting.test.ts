// A worker forgets by itself: with the ages of its settings, everything, again and again.

import { expect, it } from 'vitest';
import { defineConfig } from '../../src/domain/config.ts';
import type { KeptThing, RetentionStore } from '../../src/domain/worker/retention.ts';
import { memoryLinks, openFlow } from '../flow/open-flow.ts';

const dayMs = 86_400_000;
type Batch = Parameters<RetentionStore['forget']>[1];

it('asks for what is over, batch by batch, and from the front once in a while', async () => {
  const asked: ({ thing: KeptThing } & Batch)[] = [];
  const retention: RetentionStore = {
    async forget(thing, batch) {
      asked.push({ thing, ...batch });
      // The first batch of data is a full one.
      const isFull = thing === 'event_data' && batch.after === null;
      return { looked: isFull ? batch.max : 0, forgotten: 0, next: isFull ? ['there'] : null };
    },
  };
  const env = {
    BEFOREHAND_RETENTION_EVERY_MS: '10',
    BEFOREHAND_RETENTION_PAUSE_MS: '0',
    BEFOREHAND_RETENTION_EVENT_DATA_MS: String(2 * dayMs),
  };
  const config = defineConfig({
    regions: ['eu'],
    slots: {},
    events: [],
    generators: [],
    reactions: [],
  });
  const links = { ...(await memoryLinks()), retention };
  const flow = await openFlow(links, { config, env });
  const fromTheFront = () =>
    asked.filter(({ thing, after }) => thing === 'event_data' && after === null).length;
  await expect.poll(fromTheFront).toBeGreaterThan(1);
  await flow.close();
  const max = 1000;
  expect(asked.slice(0, 6)).toEqual([
    { thing: 'event_data', olderThanMs: 2 * dayMs, max, after: null },
    { thing: 'event_data', olderThanMs: 2 * dayMs, max, after: ['there'] },
    { thing: 'events', olderThanMs: 7 * dayMs, max, after: null },
    { thing: 'dead_letters', olderThanMs: 30 * dayMs, max, after: null },
    { thing: 'receipts', olderThanMs: 30 * dayMs, max, after: null },
    { thing: 'event_data', olderThanMs: 2 * dayMs, max, after: ['there'] },
  ]);
});
