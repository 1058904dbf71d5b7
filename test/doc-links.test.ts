// The documents lead to what is there: files, pictures and headings.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');
/** `[text](place)`, and what HTML refers to. */
const link = /\]\(([^()\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g;
const code = /^```.*?^```/gms;

/** As the anchors of headings are made on the pages where people read these. */
function anchorsOf(file: string): Set<string> {
  const text = readFileSync(file, 'utf8').replaceAll(code, '');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it.each(documents)('%s leads to what is there', (document) => {
  const path = join(root, document);
  const text = readFileSync(path, 'utf8').replaceAll(code, '');
  const places = [...text.matchAll(link)].map(([, inText, inHtml]) => inText ?? inHtml ?? '');
  const ours = places.filter((place) => !/^[a-z]+:/.test(place));
  const missing = ours.filter((place) => {
    const [file = '', anchor] = place.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(target)) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
  expect(missing).toEqual([]);
});
