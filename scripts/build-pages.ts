// The second half of `npm run build`: makes the pages of the configurations that it compiles, where
// their compiled ones look for them. What is deployed then needs no bundler.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../src/main/load-config.ts';
import { bundlePage } from '../src/outbound/esbuild-page-assets.ts';
import { writeBuiltPage } from '../src/outbound/file-built-page.ts';

/** Resolves with a line about each page. `buildFile`: what the compiler is told. */
export async function buildPages(buildFile: string): Promise<string[]> {
  const root = dirname(buildFile);
  const { compilerOptions, include } = JSON.parse(readFileSync(buildFile, 'utf8')) as {
    compilerOptions: { outDir: string };
    include: string[];
  };
  const configs = include.filter((path) => path.endsWith('.config.ts'));
  const lines: string[] = [];
  for (const path of configs.map((name) => join(root, name)).filter((it) => existsSync(it))) {
    const { page } = await loadConfig(path);
    if (page === undefined) continue;
    const folder = fileURLToPath(page.folder);
    const place = relative(root, folder);
    if (place.startsWith('..')) throw new Error(`${path}: its page is not in ${root}.`);
    const built = bundlePage(folder);
    writeBuiltPage(resolve(root, compilerOptions.outDir, place), built);
    lines.push(`${join(compilerOptions.outDir, place)}: a page and its ${built.files.size} files`);
  }
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const buildFile = fileURLToPath(new URL('../tsconfig.build.json', import.meta.url));
  for (const line of await buildPages(buildFile)) console.log(line);
}
