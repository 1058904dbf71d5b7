// How long batches of two lanes wait for what may go with them.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lane } from '../../../src/domain/event.ts';
import { createLaneBatcher } from '../../../src/domain/worker/batcher.ts';

describe('a batcher with an interval', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  type Intervals = {
    intervalMs?: number;
    yieldingIntervalMs?: number;
    isUrgent?: (item: string) => boolean;
  };

  /** Batches that end at once, with the time of each. */
  function openLanes({ intervalMs = 0, ...limits }: Intervals) {
    const batches: [atMs: number, items: string][] = [];
    const startMs = performance.now();
    const call = createLaneBatcher<`${Lane} ${string}`, void>(
      (item) => item.split(' ')[0] as Lane,
      {
        ...{ maxItems: 3, maxConcurrent: 2, intervalMs: () => intervalMs, ...limits },
        async flush(items) {
          // A turn takes some of the milliseconds that are not real.
          batches.push([Math.floor((performance.now() - startMs) / 10) * 10, items.join(', ')]);
          return [];
        },
      },
    );
    return { batches, call };
  }
  const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('begins with one alone at once, and gathers what follows soon', async () => {
    const { batches, call } = openLanes({ intervalMs: 40 });
    await after(500);
    void call('interactive 1');
    await after(5);
    void call('interactive 2');
    await after(25);
    void call('interactive 3');
    await after(500);
    void call('interactive 4');
    await after(1);
    expect(batches).toEqual([
      [500, 'interactive 1'],
      [540, 'interactive 2, interactive 3'],
      [1030, 'interactive 4'],
    ]);
  });

  it('begins at once with what is urgent, and with what waits beside it', async () => {
    const isUrgent = (item: string) => item.endsWith('!');
    const { batches, call } = openLanes({ intervalMs: 40, isUrgent });
    await after(500);
    void call('interactive 1');
    await after(20);
    void call('interactive 2');
    void call('interactive 3!');
    void call('bulk 1');
    void call('bulk 2');
    await after(1);
    void call('bulk 3!');
    await after(500);
    expect(batches).toEqual([
      [500, 'interactive 1'],
      [520, 'interactive 2, interactive 3!'],
      [520, 'bulk 1, bulk 2'],
      [560, 'bulk 3!'],
    ]);
  });

  it('does not keep a full batch waiting', async () => {
    const { batches, call } = openLanes({ intervalMs: 40 });
    for (let n = 1; n <= 6; n += 1) void call(`interactive ${n}`);
    await after(1);
    expect(batches.map(([, items]) => items)).toEqual([
      'interactive 1, interactive 2, interactive 3',
      'interactive 4, interactive 5, interactive 6',
    ]);
    for (let n = 7; n <= 8; n += 1) void call(`interactive ${n}`);
    await after(100);
    expect(batches.at(-1)).toEqual([40, 'interactive 7, interactive 8']);
  });

  it('lets bulk give way while interactive items come, full or not', async () => {
    const { batches, call } = openLanes({ intervalMs: 0, yieldingIntervalMs: 100 });
    void call('interactive 1');
    for (let n = 1; n <= 6; n += 1) void call(`bulk ${n}`);
    await after(10);
    void call('interactive 2');
    await after(200);
    expect(batches).toEqual([
      [0, 'interactive 1'],
      [0, 'bulk 1, bulk 2, bulk 3'],
      [10, 'interactive 2'],
      [100, 'bulk 4, bulk 5, bulk 6'],
    ]);
  });

  it('keeps bulk waiting no longer than interactive items come, however long its interval', async () => {
    const { batches, call } = openLanes({ intervalMs: 0, yieldingIntervalMs: 60_000 });
    for (let n = 1; n <= 3; n += 1) void call(`bulk ${n}`);
    await after(10);
    void call('interactive 1');
    for (let n = 4; n <= 9; n += 1) void call(`bulk ${n}`);
    await after(100);
    void call('interactive 2');
    await after(2000);
    const times = batches.filter(([, items]) => items.startsWith('bulk')).map(([atMs]) => atMs);
    expect(times[0]).toBe(0);
    expect(times.slice(1).every((atMs) => atMs >= 350 && atMs <= 620)).toBe(true);
    expect(times).toHaveLength(3);
  });

  it('lets bulk give way for a while after an interactive item, and never for less than else', async () => {
    const begun = async (intervalMs: number, yieldingIntervalMs: number) => {
      const { batches, call } = openLanes({ intervalMs, yieldingIntervalMs });
      void call('interactive 1');
      await after(200);
      for (const item of ['bulk 1', 'bulk 2'] as const) {
        void call(item);
        await after(10);
      }
      await after(200);
      return batches.slice(1);
    };
    const late = [200, 'bulk 1'];
    expect(await begun(0, 100)).toEqual([late, [300, 'bulk 2']]);
    expect(await begun(40, 20)).toEqual([late, [240, 'bulk 2']]);
  });

  it('lets bulk have all the time when nothing interactive comes', async () => {
    const { batches, call } = openLanes({ intervalMs: 0, yieldingIntervalMs: 100 });
    void call('interactive 1');
    await after(1500);
    for (let n = 1; n <= 9; n += 1) void call(`bulk ${n}`);
    await after(5);
    expect(batches.slice(1).map(([atMs]) => atMs)).toEqual([1500, 1500, 1500]);
  });
});
