// What is wrong with an expression of a rule or panel, as far as names, labels and values tell.

import { outcomes } from '../../src/domain/document.ts';
import { lanes } from '../../src/domain/event.ts';
import { problems } from '../../src/inbound/http-problem.ts';
import type { Asked, Documented } from './documented-metrics.ts';
import { metricOf } from './metrics-page.ts';

export type Known = {
  /** By name: the labels that a metric has. */
  metrics: ReadonlyMap<string, Pick<Documented, 'labels'>>;
  jobs: readonly string[];
  queues: readonly string[];
};

/** Of every sample, by Prometheus. */
const fromPrometheus = ['job', 'instance'];

const names = /\b(?:(?:beforehand|process|nodejs)_\w+|up\b)(?=\s*(\{[^}]*\})?)/g;

export function flawsOf({ place, expr, shown }: Asked, known: Known): string[] {
  const used = [...expr.matchAll(names)].map(({ 0: name, 1: braces = '', index }) => {
    const metric = name === 'up' ? name : metricOf(name, known.metrics);
    return { name, metric, braces, index };
  });
  const labelsOf = (metric: string) => [
    ...fromPrometheus,
    ...(known.metrics.get(metric)?.labels ?? []),
    ...(used.some(({ name }) => name === `${metric}_bucket`) ? ['le'] : []),
  ];
  const flaws: string[] = [];
  if (used.length === 0) flaws.push('asks for nothing');
  for (const { name, metric, braces } of used) {
    if (metric !== 'up' && !known.metrics.has(metric)) flaws.push(`no process prints ${name}`);
    for (const [, label = '', operator = '', value = ''] of braces.matchAll(
      /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g,
    )) {
      if (!labelsOf(metric).includes(label)) flaws.push(`${name} has no label ${label}`);
      flaws.push(...valueFlaws(label, operator, value, known));
    }
  }
  // What is grouped is the next metric.
  for (const { 1: list = '', index } of expr.matchAll(/\bby \(([^)]*)\)/g)) {
    const next = used.find((it) => it.index > index);
    const lacking = list.split(/,\s*/).filter((it) => !labelsOf(next?.metric ?? '').includes(it));
    flaws.push(...lacking.map((label) => `${next?.name} has no label ${label}`));
  }
  const all = used.flatMap(({ metric }) => labelsOf(metric));
  flaws.push(...shown.filter((it) => !all.includes(it)).map((label) => `nothing has ${label}`));
  return flaws.map((flaw) => `${place}: ${flaw}`);
}

function valueFlaws(label: string, operator: string, value: string, known: Known): string[] {
  const values: { readonly [label: string]: readonly string[] } = {
    ...{ lane: lanes, outcome: outcomes, job: known.jobs, queue: known.queues },
    ...{ place: ['parked', 'unsent', 'follow_ups'], code: Object.keys(problems) },
  };
  const allowed = values[label];
  if (allowed === undefined) return [];
  const parts = operator.endsWith('~') ? value.split('|') : [value];
  return parts
    .filter((part) => {
      const pattern = operator.endsWith('~') ? new RegExp(`^(?:${part})$`) : null;
      return !allowed.some((it) => pattern?.test(it) ?? it === part);
    })
    .map((part) => `${label} is never ${part}`);
}
