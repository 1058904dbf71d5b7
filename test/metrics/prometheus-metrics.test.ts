// Facts as metrics, without any process.

import { describe, expect, it, vi } from 'vitest';
import type { Backlog } from '../../src/domain/backlog.ts';
import type { GaugeName } from '../../src/domain/metrics.ts';
import { sumOf } from './metrics-page.ts';
import { openMetrics } from './opened-metrics.ts';

const backlog: Backlog = {
  parked: { count: 3, overdueMs: 1_500 },
  unsent: { count: 0, overdueMs: 0 },
  followUps: { count: 1, overdueMs: 0 },
  dead: [{ reason: 'threw', count: 2, lastHour: 0 }],
};

describe('a fact', () => {
  it('is counted with its labels, in seconds where it is a time', async () => {
    const { observe, read } = openMetrics('worker');
    const unit = { ticket: 't-1', name: 'offers' };
    observe({ kind: 'unit_ended', ...unit, outcome: 'stored' });
    observe({ kind: 'unit_ran', ...unit, tookMs: 30 });
    observe({ kind: 'batch_committed', lane: 'bulk', units: 7, documents: 7, tookMs: 4 });
    const page = await read();
    expect(sumOf(page, 'beforehand_units_total', { name: 'offers', outcome: 'stored' })).toBe(1);
    expect(sumOf(page, 'beforehand_generation_seconds_sum', { name: 'offers' })).toBe(0.03);
    expect(sumOf(page, 'beforehand_generation_seconds_bucket', { le: '0.02' })).toBe(0);
    expect(sumOf(page, 'beforehand_generation_seconds_bucket', { le: '0.05' })).toBe(1);
    expect(sumOf(page, 'beforehand_commit_units_sum', { lane: 'bulk' })).toBe(7);
    expect(JSON.stringify(page.samples)).not.toContain('t-1');
  });

  it('is counted in the process that observed it, and in no other', async () => {
    const [one, other] = [openMetrics('ingest'), openMetrics('ingest')];
    one.observe({ kind: 'event_accepted', ticket: 't', type: 'login', lane: 'interactive' });
    const counted = async ({ read }: typeof one) =>
      sumOf(await read(), 'beforehand_events_accepted_total');
    expect([await counted(one), await counted(other)]).toEqual([1, 0]);
    expect((await one.read()).types.has('beforehand_units_total')).toBe(false);
  });

  it('of a replica says its region, also where several share a process', async () => {
    const { inRegion, read } = openMetrics('replica');
    inRegion('eu').observe({ kind: 'content_read', state: 'pending' });
    inRegion('us').observe({ kind: 'task_failed', task: 'catch_up', error: 'e' });
    const page = await read();
    const reads = (region: string) => sumOf(page, 'beforehand_reads_total', { region });
    expect([reads('eu'), reads('us')]).toEqual([1, 0]);
    expect(sumOf(page, 'beforehand_tasks_failed_total', { task: 'catch_up' })).toBe(1);
  });

  it('has no more values of a label than there can be names', async () => {
    const { observe, read } = openMetrics('worker');
    for (let index = 0; index < 2_000; index += 1) {
      observe({ kind: 'unit_ran', ticket: 't', name: `g${index}`, tookMs: 1 });
    }
    const page = await read();
    const counts = page.samples.filter(
      ({ name }) => name === 'beforehand_generation_seconds_count',
    );
    expect(counts.length).toBeLessThan(600);
    expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(2_000);
  });
});

describe('a gauge', () => {
  it('is looked up when somebody asks, and absent while it is not known', async () => {
    const { metrics, read } = openMetrics('ingest');
    let skewMs: number | null = null;
    metrics.gauge('clock_skew_ms', () => skewMs);
    const skews = async () =>
      (await read()).samples.filter(({ name }) => name === 'beforehand_clock_skew_seconds');
    expect(await skews()).toEqual([]);
    skewMs = -250;
    expect(await skews()).toMatchObject([{ value: -0.25 }]);
    skewMs = null;
    expect(await skews()).toEqual([]);
  });

  it.each(['is_ready', 'is_caught_up'] satisfies GaugeName[])('%s is of a region', async (name) => {
    const { inRegion, read } = openMetrics('replica');
    inRegion('eu').metrics.gauge(name, () => true);
    inRegion('us').metrics.gauge(name, () => false);
    const found = (await read()).samples.filter((sample) => sample.name.includes('_replica_'));
    expect(found.map(({ labels, value }) => [labels.region, value])).toEqual([
      ['eu', 1],
      ['us', 0],
    ]);
  });
});

describe('what waits', () => {
  it('is told with how long it has been due', async () => {
    const { addBacklog, read } = openMetrics('operator');
    const queues = [
      { name: 'prepare.bulk', messages: 5, consumers: 2 },
      { name: 'edge.pages', messages: null, consumers: 0 },
    ];
    addBacklog({ backlog: async () => backlog, queues: async () => queues });
    const page = await read();
    expect(sumOf(page, 'beforehand_postgres_up')).toBe(1);
    expect(sumOf(page, 'beforehand_waiting_rows', { place: 'parked' })).toBe(3);
    expect(sumOf(page, 'beforehand_waiting_overdue_seconds', { place: 'parked' })).toBe(1.5);
    expect(sumOf(page, 'beforehand_dead_letters', { reason: 'threw' })).toBe(2);
    expect(sumOf(page, 'beforehand_queue_messages', { queue: 'prepare.bulk' })).toBe(5);
    expect(page.samples.filter(({ labels }) => labels.queue === 'edge.pages')).toEqual([]);
  });

  it('is absent, and said to be, while Postgres or RabbitMQ is away', async () => {
    const { addBacklog, read } = openMetrics('operator');
    let isAway = false;
    const unlessAway = async <Value>(value: Value): Promise<Value> => {
      if (isAway) throw new Error('away');
      return value;
    };
    const queues = [{ name: 'prepare.bulk', messages: 5, consumers: 2 }];
    addBacklog({ backlog: () => unlessAway(backlog), queues: () => unlessAway(queues) });
    await read();
    isAway = true;
    const page = await read();
    const ups = ['beforehand_postgres_up', 'beforehand_queues_up'];
    expect(ups.map((name) => sumOf(page, name))).toEqual([0, 0]);
    const told = page.samples.filter(({ name }) => /_(rows|messages|letters)$/.test(name));
    expect(told).toEqual([]);
  });

  it('holds nobody up who looks while Postgres says nothing at all', async () => {
    vi.useFakeTimers();
    const { addBacklog, page } = openMetrics('operator');
    addBacklog({ backlog: () => new Promise(() => {}), queues: null });
    const text = page.text();
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await text).toContain('beforehand_postgres_up 0');
  });

  it('is asked for once in a while, however many want to know', async () => {
    const { addBacklog, page, pass } = openMetrics('operator');
    let asked = 0;
    addBacklog({
      queues: null,
      async backlog() {
        asked += 1;
        return backlog;
      },
    });
    for (let look = 0; look < 50; look += 1) {
      await Promise.all([page.text(), page.text()]);
      pass(100);
    }
    expect(asked).toBe(1);
    pass(5_000);
    await page.text();
    expect(asked).toBe(2);
  });
});
