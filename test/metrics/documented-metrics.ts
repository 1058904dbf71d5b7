// The tables of docs/metrics.md, and what rules and panels ask for.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../tidy/files.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

export type Documented = { labels: readonly string[]; processes: readonly string[] };

const everywhere = ['ingest', 'worker', 'replica', 'operator'];

/** Ours, by name. */
export function documentedMetrics(page = read('docs/metrics.md')): Map<string, Documented> {
  const rows = page.matchAll(/^\| `(beforehand_\w+)` \|([^|]*)\|([^|]*)\|/gm);
  return new Map(
    [...rows].map(([, name, labels = '', processes = '']) => [
      name as string,
      {
        labels: wordsOf(labels),
        processes: processes.trim() === 'all' ? everywhere : wordsOf(processes),
      },
    ]),
  );
}

/** Those of the process itself. */
export function documentedBasics(page = read('docs/metrics.md')): string[] {
  return [...page.matchAll(/^(?!\|).*$/gm)]
    .flatMap(([line]) => [...line.matchAll(/`((?:process|nodejs)_\w+)`/g)])
    .map(([, name]) => name as string);
}

function wordsOf(text: string): string[] {
  return text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}

/** `shown`: the labels that its words take for granted. */
export type Asked = { place: string; expr: string; shown: readonly string[] };

type Rules = { groups: { rules: { alert: string; expr: string; annotations: object }[] }[] };
type Panel = { title: string; targets?: { expr: string; legendFormat: string }[] };

export function alertRules(text = read('docker/prometheus/alerts.yaml')): Asked[] {
  return (parse(text) as Rules).groups.flatMap(({ rules }) =>
    rules.map(({ alert: place, expr, annotations }) => {
      const words = JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g);
      return { place, expr, shown: [...words].map(([, label]) => label as string) };
    }),
  );
}

export function panels(text = read('docker/grafana/dashboards/beforehand.json')): Asked[] {
  return (JSON.parse(text) as { panels: Panel[] }).panels.flatMap(
    ({ title: place, targets = [] }) =>
      targets.map(({ expr, legendFormat }) => {
        const words = legendFormat.matchAll(/\{\{(\w+)\}\}/g);
        return { place, expr, shown: [...words].map(([, label]) => label as string) };
      }),
  );
}

/** The names of jobs that Prometheus watches. */
export function jobs(): string[] {
  type Config = { scrape_configs: { job_name: string }[] };
  const config = parse(read('docker/prometheus/prometheus.yaml')) as Config;
  return config.scrape_configs.map((job) => job.job_name);
}
