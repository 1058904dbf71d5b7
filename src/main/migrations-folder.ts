// Where this release's migrations are, from the sources and from dist/ alike.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const candidates = ['../../migrations', '../../../migrations'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

export const migrationsFolder = candidates.find((path) => existsSync(path)) ?? 'migrations';
