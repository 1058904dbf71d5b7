// The questions of docs/sql.md: each query with the output that stands below it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Recipe = { question: string; query: string; output: string };

const page = join(import.meta.dirname, '..', '..', 'docs', 'sql.md');

/** Each block of SQL under a heading, with the block that follows it. */
export function readRecipes(text = readFileSync(page, 'utf8')): Recipe[] {
  let question = '';
  const recipes: Recipe[] = [];
  for (const [, heading, language, body] of text.matchAll(
    /^## (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm,
  )) {
    if (heading !== undefined) question = heading;
    else if (language === 'sql') recipes.push({ question, query: body ?? '', output: '' });
    else if (language === '') {
      const last = recipes.at(-1);
      if (last !== undefined && last.output === '') last.output = body ?? '';
    }
  }
  return recipes;
}

/** What differs each time has its kind in its place. */
function normal(column: string, cell: string): string {
  if (cell === '') return '';
  if (/^-?\d+$/.test(cell) && /_ms(_|$)/.test(column)) return '<ms>';
  return cell
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d/g, '<time>')
    .replace(/\b\d{13}\b/g, '<version>');
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => cells.join(' | ');
  return [
    line(header),
    ...rows.map((row) => line(row.map((it, i) => normal(header[i] ?? '', it)))),
  ];
}

/** Of what psql prints: without rulers, blanks that align, and the count of rows. */
export function shownTable(output: string): string[] {
  const lines = output
    .split('\n')
    .filter((line) => line !== '' && !/^[-+]+$|^\(\d+ rows?\)$/.test(line));
  return table(lines.map((line) => line.split('|').map((cell) => cell.trim())));
}

/** Of what the server answers, as text. */
export function answeredTable(
  columns: readonly string[],
  rows: readonly (string | null)[][],
): string[] {
  return table([columns, ...rows.map((row) => row.map((cell) => (cell ?? '').trim()))]);
}
