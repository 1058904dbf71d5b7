// What the real processes print: against the documentation, the rules and the dashboard. And what
// they log of one event: its ticket joins the lines.
//
// Method: a stack with two regions at the level `debug`; one event that is stored, one that is
// refused, and a cold read. The page of each process is read over its own port.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StackSummary } from '../../src/main/stack-summary.ts';
import { createStackDriver, postLogins, readDocument } from '../system/stack-driver.ts';
import {
  alertRules,
  documentedBasics,
  documentedMetrics,
  jobs,
  panels,
} from './documented-metrics.ts';
import { metricOf, type Page, readPage, sumOf } from './metrics-page.ts';
import { flawsOf } from './promql-flaws.ts';

const driver = createStackDriver({ BEFOREHAND_LOG_LEVEL: 'debug' });
const regions = ['eu', 'us'];
let summary: StackSummary;
let ticket = '';
let pages: { readonly [kind: string]: readonly Page[] } = {};

async function readPages(): Promise<typeof pages> {
  const kinds = Object.entries(summary.metrics).map(async ([kind, urls]) => {
    return [kind, await Promise.all(urls.map(readPage))] as const;
  });
  return Object.fromEntries(await Promise.all(kinds));
}

const sum = (kind: string, name: string, labels = {}) =>
  (pages[kind] ?? []).reduce((total, page) => total + sumOf(page, name, labels), 0);

beforeAll(async () => {
  await driver.command('up', '--workers', '1', '--regions', regions.join(','));
  summary = driver.summary();
  [ticket = ''] = await postLogins(summary, [{ id: 'm-1', user: 'alice' }]);
  await postLogins({ ...summary, producerKey: 'no key' }, [{ id: 'm-2', user: 'alice' }]).catch(
    () => {},
  );
  await readDocument(summary.regions.eu ?? '', summary, 'nobody-yet');
  const positioned = () => sum('replica', 'beforehand_positioning_seconds_count');
  const asked = () => sum('replica', 'beforehand_content_requests_total');
  const depths = () => sum('operator', 'beforehand_queues_up');
  await vi.waitFor(
    async () => {
      pages = await readPages();
      expect([positioned(), asked(), depths()]).toEqual([regions.length, 1, 1]);
    },
    { timeout: 60_000, interval: 200 },
  );
}, 240_000);

afterAll(async () => {
  await driver.command('down').catch(() => {});
  await driver.forget();
}, 60_000);

/** Names and labels of ours that any process of a kind prints. */
const printed = (kind: string) =>
  new Set((pages[kind] ?? []).flatMap((page) => [...page.types.keys()]));

describe('the documentation', () => {
  const documented = documentedMetrics();

  it('has every metric that a process prints, and says which process', () => {
    for (const kind of Object.keys(pages)) {
      const said = [...documented].filter(([, { processes }]) => processes.includes(kind));
      const ours = [...printed(kind)].filter((name) => name.startsWith('beforehand_'));
      expect(ours.sort(), kind).toEqual(said.map(([name]) => name).sort());
    }
  });

  it('has every metric of the process itself', () => {
    for (const kind of Object.keys(pages)) {
      const basics = [...printed(kind)].filter((name) => !name.startsWith('beforehand_'));
      const undocumented = basics.filter((name) => !documentedBasics().includes(name));
      expect(undocumented, kind).toEqual([]);
      // Elsewhere some of them cannot be had.
      if (process.platform === 'linux') expect(basics).toHaveLength(documentedBasics().length);
    }
  });

  it('has the labels that are printed', () => {
    const samples = Object.values(pages).flatMap((all) => all.flatMap((page) => page.samples));
    expect(samples.length).toBeGreaterThan(200);
    for (const { name, labels } of samples.filter((it) => it.name.startsWith('beforehand_'))) {
      const found = Object.keys(labels).filter((label) => label !== 'le');
      expect(found.sort(), name).toEqual(
        [...(documented.get(metricOf(name, documented))?.labels ?? [])].sort(),
      );
    }
  });
});

describe('rules and panels', () => {
  it('ask for what is there', () => {
    const metrics = new Map<string, { labels: readonly string[] }>(documentedMetrics());
    for (const name of documentedBasics()) metrics.set(name, { labels: [] });
    for (const name of metrics.keys()) {
      const isPrinted = Object.keys(pages).some((kind) => printed(kind).has(name));
      if (!isPrinted) metrics.delete(name);
    }
    const queues = (pages.operator ?? []).flatMap(({ samples }) =>
      samples.flatMap(({ labels }) => labels.queue ?? []),
    );
    const asked = [...alertRules(), ...panels()];
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.flatMap((it) => flawsOf(it, { metrics, jobs: jobs(), queues }))).toEqual([]);
  });
});

describe('what happened', () => {
  it('is counted', () => {
    expect(sum('ingest', 'beforehand_events_accepted_total', { lane: 'interactive' })).toBe(1);
    const refused = { from: 'producer', code: 'unauthorized' };
    expect(sum('ingest', 'beforehand_posts_refused_total', refused)).toBe(1);
    const offers = { name: 'offers', outcome: 'stored' };
    expect(sum('worker', 'beforehand_units_total', offers)).toBeGreaterThanOrEqual(1);
    expect(sum('replica', 'beforehand_reads_total', { state: 'pending', region: 'eu' })).toBe(1);
    for (const region of regions) {
      // Of the login, and not of the cold read.
      const labels = { region, lane: 'interactive' };
      expect(sum('replica', 'beforehand_positioning_seconds_count', labels)).toBe(1);
      const queue = `content.${region}.${region}-1.interactive`;
      expect(sum('operator', 'beforehand_queue_consumers', { queue })).toBe(1);
    }
    for (const kind of ['ingest', 'worker', 'replica', 'operator']) {
      expect(sum(kind, 'beforehand_broker_connected')).toBe(pages[kind]?.length);
    }
  });

  it('is joined by the ticket, in the log of each process', () => {
    const folder = join(driver.dataDir, 'stack', 'logs');
    const lines = readdirSync(folder)
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
      .filter((line) => line.includes(ticket))
      .map((line) => JSON.parse(line) as { process: string; kind: string; region?: string });
    const told = lines.map(({ process, kind, region }) => [process, kind, region].join(' ').trim());
    expect(told.sort()).toEqual([
      'ingest event_accepted',
      ...regions.map((region) => `replica event_positioned ${region}`),
      'worker content_sent',
      'worker unit_ended',
      'worker unit_ran',
    ]);
  });
});

it('is not for clients: no door of a region passes it on', async () => {
  for (const region of regions) {
    for (const path of ['/metrics', '/v1/../metrics', '//metrics', '/v1/content/../../metrics']) {
      const response = await fetch(`${summary.regions[region]}${path}`);
      expect(await response.text(), path).not.toContain('# HELP');
      expect(response.status, path).toBeGreaterThanOrEqual(400);
    }
  }
});
