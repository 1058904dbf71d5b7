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
