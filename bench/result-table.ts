// A result as a table: aligned for a terminal, or as Markdown.

import type { Measurement } from './measurement.ts';

const columns: readonly { title: string; cell: (line: Measurement) => string }[] = [
  { title: 'row', cell: ({ row }) => row },
  { title: 'connections', cell: ({ connections }) => withThousands(connections) },
  { title: 'requests/s', cell: ({ requestsPerSecond }) => withThousands(requestsPerSecond) },
  { title: 'CPU µs/request', cell: (line) => line.cpuMicrosPerRequest.toFixed(1) },
  { title: 'p50 ms', cell: ({ p50Ms }) => p50Ms.toFixed(2) },
  { title: 'p99 ms', cell: ({ p99Ms }) => p99Ms.toFixed(2) },
  { title: 'errors', cell: ({ errors }) => withThousands(errors) },
];

/** Numbers stand right, so that their digits stand below each other. */
export function terminalTable(lines: readonly Measurement[]): string {
  const cells = [columns.map(({ title }) => title), ...cellsOf(lines)];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  return cells
    .map((line) => line.map((cell, at) => pad(cell, widths[at] as number, at)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

export function markdownTable(lines: readonly Measurement[]): string {
  const rule = columns.map((_, at) => (at === 0 ? '---' : '---:'));
  return [columns.map(({ title }) => title), rule, ...cellsOf(lines)]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n');
}

function cellsOf(lines: readonly Measurement[]): string[][] {
  return lines.map((line) => columns.map(({ cell }) => cell(line)));
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function withThousands(value: number): string {
  return value.toLocaleString('en-US');
}
