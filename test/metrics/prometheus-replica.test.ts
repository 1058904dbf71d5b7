// What a replica counts, and what a worker counts of its reports.

import { describe, expect, it } from 'vitest';
import { sumOf } from './metrics-page.ts';
import { openMetrics } from './opened-metrics.ts';

const positioned = { kind: 'event_positioned', ticket: 't', lane: 'interactive' } as const;

describe('receipts', () => {
  it('are counted where they are sent or dropped, and where they are stored', async () => {
    const { observe, inRegion, read } = openMetrics('worker', 'replica');
    inRegion('eu').observe({ kind: 'receipts_sent', receipts: 500 });
    inRegion('eu').observe({ kind: 'receipts_dropped', receipts: 7 });
    inRegion('us').observe({ kind: 'receipts_sent', receipts: 1 });
    observe({ kind: 'receipts_stored', receipts: 493 });
    const page = await read();
    const of = (what: string, labels?: { region: string }) =>
      sumOf(page, `beforehand_receipts_${what}_total`, labels);
    expect([of('sent', { region: 'eu' }), of('sent', { region: 'us' })]).toEqual([500, 1]);
    expect([of('dropped', { region: 'eu' }), of('dropped', { region: 'us' })]).toEqual([7, 0]);
    expect(of('stored')).toBe(493);
  });
});

describe('positioning time', () => {
  it('is of what was accepted and waited for, by lane', async () => {
    const { inRegion, read } = openMetrics('replica');
    const { observe } = inRegion('eu');
    observe({ ...positioned, sinceAcceptedMs: 40 });
    // Clocks differ.
    observe({ ...positioned, sinceAcceptedMs: -3 });
    // A cold read's.
    observe({ ...positioned, sinceAcceptedMs: null });
    const page = await read();
    const of = (name: string, lane: string) =>
      sumOf(page, `beforehand_positioning_seconds_${name}`, { lane, region: 'eu' });
    expect([of('count', 'interactive'), of('sum', 'interactive')]).toEqual([2, 0.04]);
    expect(of('count', 'bulk')).toBe(0);
  });

  it('says how many events it is of, and of how many it cannot be true', async () => {
    const { inRegion, read } = openMetrics('replica');
    const { observe } = inRegion('eu');
    for (const sinceAcceptedMs of [40, 0, -3, null]) observe({ ...positioned, sinceAcceptedMs });
    const page = await read();
    const of = (what: string) => sumOf(page, `beforehand_events_${what}_total`, { region: 'eu' });
    expect([of('positioned'), of('positioned_early')]).toEqual([4, 1]);
  });

  it('tells what takes 4 ms from what takes 9', async () => {
    const { inRegion, read } = openMetrics('replica');
    const { observe } = inRegion('eu');
    for (const sinceAcceptedMs of [4, 9]) observe({ ...positioned, sinceAcceptedMs });
    const bucket = { lane: 'interactive', le: '0.005' };
    expect(sumOf(await read(), 'beforehand_positioning_seconds_bucket', bucket)).toBe(1);
  });
});
