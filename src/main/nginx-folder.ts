// Where this release's templates and scripts for Nginx are, from the sources and from dist/ alike.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const candidates = ['../../nginx', '../../../nginx'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const folder = candidates.find((path) => existsSync(path)) ?? 'nginx';

export const nginxFileOf = (name: string): string => join(folder, name);

/** With a page, all of NAME-page.conf stands in the place of the line of NAME.conf that says so. */
export function nginxTemplateOf(name: string, { hasPage = false } = {}): string {
  const template = readFileSync(nginxFileOf(name), 'utf8');
  if (!hasPage) return template;
  const pageName = name.replace('.conf', '-page.conf');
  const [before = '', after, ...more] = template.split(
    new RegExp(`^.* here stands nginx/${pageName}, .*\\n\\n`, 'm'),
  );
  if (after === undefined || more.length > 0)
    throw new Error(`${name} has no place for ${pageName}.`);
  return before + nginxTemplateOf(pageName) + after;
}
