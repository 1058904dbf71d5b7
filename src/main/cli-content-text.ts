// How content looks in a line or two.

import { printable } from './cli-table.ts';

/** What people call content by, if it has such a field. */
const headlines = ['headline', 'title', 'name', 'text'];

/** The content's own headline, or the beginning of its JSON; `null` columns: all of it. */
export function headlineOf(contentJson: string, columns: number | null): string {
  const content = fieldsOf(JSON.parse(contentJson));
  // What a template shows is one level down.
  const fields = { ...fieldsOf(content.data), ...content };
  const found = headlines
    .map((name) => fields[name])
    .find((value) => typeof value === 'string' && value !== '');
  return shortened(typeof found === 'string' ? found : contentJson, columns);
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** One line, nothing in it that steers a terminal. */
export function shortened(text: string, columns: number | null): string {
  const line = printable(text.replace(/\s+/g, ' ').trim());
  const characters = [...line];
  if (columns === null || characters.length <= columns) return line;
  return `${characters.slice(0, Math.max(1, columns - 1)).join('')}…`;
}

/** Labels to the left, values beside them. */
export function factLines(
  facts: readonly (readonly [label: string, value: string])[],
  columns: number | null,
  indent = '',
): string[] {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  const room = columns === null ? null : Math.max(40, columns - width - indent.length);
  return facts.map(([label, value]) =>
    `${indent}${label.padEnd(width)}${shortened(value, room)}`.trimEnd(),
  );
}
