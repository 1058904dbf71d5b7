// The second half of `npm run build`: makes the pages of the configurations that it compiles, where
// their compiled ones look for them. What is deployed then needs no bundler. What their services run,
// and the compiler does not know, is copied there, too.

import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Services } from '../src/domain/config-services.ts';
import { loadConfig } from '../src/main/load-config.ts';

import { bundlePage } from '../src/outbound/esbuild-page-assets.ts';
import { writeBuiltPage } from '../src/outbound/file-built-page.ts';

/** Resolves with a line about each page and program. `buildFile`: what the compiler is told. */
export async function buildPages(buildFile: string): Promise<string[]> {
  const root = dirname(buildFile);
  const { compilerOptions, include } = JSON.parse(readFileSync(buildFile, 'utf8')) as {
    compilerOptions: { outDir: string };
    include: string[];
  };
  const configs = include.filter((path) => path.endsWith('.config.ts'));
  const lines: string[] = [];
  for (const path of configs.map((name) => join(root, name)).filter(isFile)) {
    const { page, services = {} } = await loadConfig(path);
    const programs = programsOf(services, root);
    for (const name of programs) copyProgram(root, resolve(root, compilerOptions.outDir), name);
    lines.push(
      ...programs.map((name) => `${join(compilerOptions.outDir, name)}: what a service runs`),
    );
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

/** Paths in `folder`, where services are started, of what the compiler leaves alone. */
function programsOf(services: Services, folder: string): string[] {
  const words = Object.values(services).flatMap(({ command }) => command);
  const paths = words.filter(
    (word) => !isAbsolute(word) && !word.startsWith('..') && !/\.[cm]?[jt]s$/.test(word),
  );
  return [...new Set(paths)].filter((path) => isFile(join(folder, path)));
}

function copyProgram(from: string, to: string, name: string): void {
  mkdirSync(dirname(join(to, name)), { recursive: true });
  copyFileSync(join(from, name), join(to, name));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const buildFile = fileURLToPath(new URL('../tsconfig.build.json', import.meta.url));
  for (const line of await buildPages(buildFile)) console.log(line);
}
