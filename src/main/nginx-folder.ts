// Where this release's templates and scripts for Nginx are, from the sources and from dist/ alike.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const candidates = ['../../nginx', '../../../nginx'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const folder = candidates.find((path) => existsSync(path)) ?? 'nginx';

export const nginxFileOf = (name: string): string => join(folder, name);

export const nginxTemplateOf = (name: string): string => readFileSync(nginxFileOf(name), 'utf8');

/** `name` with all of `pageName` in the place of the line that says so. */
export function withPage(name: string, pageName: string): string {
  const [before = '', after, ...more] = nginxTemplateOf(name).split(
    new RegExp(`^.* here stands nginx/${pageName.replace('.', '[.]')}, .*\\n\\n`, 'm'),
  );
  if (after === undefined || more.length > 0)
    throw new Error(`${name} has no place for ${pageName}.`);
  return before + nginxTemplateOf(pageName) + after;
}
