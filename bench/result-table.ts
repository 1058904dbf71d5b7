// A result as a table: aligned for a terminal, or as Markdown.

import type { ResultLine } from './measurement.ts';

type Column = { title: string; cell: (line: ResultLine) => string | null };

const columns: readonly Column[] = [
  { title: 'row', cell: ({ row }) => row },
  { title: 'connections', cell: ({ connections }) => withThousands(connections) },
  { title: 'requests/s', cell: ({ requestsPerSecond }) => withThousands(requestsPerSecond) },
  { title: 'CPU µs/request', cell: (line) => fixed(line.cpuMicrosPerRequest, 1) },
  { title: 'mean ms', cell: ({ meanMs }) => fixed(meanMs ?? null, 2) },
  { title: 'p50 ms', cell: ({ p50Ms }) => fixed(p50Ms, 2) },
  { title: 'p99 ms', cell: ({ p99Ms }) => fixed(p99Ms, 2) },
  { title: 'CPU µs by process', cell: ({ cpuMicrosOf }) => byProcess(cpuMicrosOf ?? null) },
  { title: 'counted', cell: ({ counted }) => counted ?? null },
  { title: 'refused', cell: ({ refused }) => withThousands(refused ?? null) },
  { title: 'errors', cell: ({ errors }) => withThousands(errors) },
];

/** Numbers stand right, so that their digits stand below each other. */
export function terminalTable(lines: readonly ResultLine[]): string {
  const cells = cellsOf(lines);
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  return cells
    .map((line) => line.map((cell, at) => pad(cell, widths?.[at] ?? 0, at)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

export function markdownTable(lines: readonly ResultLine[]): string {
  const [titles = [], ...rows] = cellsOf(lines);
  const rule = titles.map((_, at) => (at === 0 ? '---' : '---:'));
  return [titles, rule, ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** The titles first. A column that says nothing about any of the lines is left out. */
function cellsOf(lines: readonly ResultLine[]): string[][] {
  const used = columns.filter(({ cell }) => lines.some((line) => cell(line) !== null));
  const rows = lines.map((line) => used.map(({ cell }) => cell(line) ?? '–'));
  return [used.map(({ title }) => title), ...rows];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function fixed(value: number | null, digits: number): string | null {
  return value === null ? null : value.toFixed(digits);
}

function byProcess(micros: ResultLine['cpuMicrosOf'] | null): string | null {
  const each = ([name, value]: [string, number]) => `${name} ${Math.round(value)}`;
  return micros === null || micros === undefined
    ? null
    : Object.entries(micros).map(each).join(', ');
}

function withThousands(value: number | null): string | null {
  return value === null ? null : value.toLocaleString('en-US');
}
