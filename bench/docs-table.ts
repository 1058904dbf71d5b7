// Puts a generated text into a page of documentation, between two markers that stand there.

import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces what is between `<!-- bench:<name> -->` and `<!-- /bench:<name> -->`; throws without. */
export function writeIntoPage(file: string, name: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place between ${begin} and ${end}.`);
  const head = page.slice(0, from + begin.length);
  writeFileSync(file, `${head}\n\n${text}\n\n${page.slice(to)}`);
}
