// A page as a build left it: for installations that have nothing to build it with.
//
//   built.html   the shell, its placeholders not filled in      assets/   the files that it refers to

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PageAssets, pageAssetOf } from '../domain/replica/page-assets.ts';

/** Replaces all that is in `folder`. */
export function writeBuiltPage(folder: string, { shell, files }: PageAssets): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const [name, { bytes }] of files) writeFileSync(join(folder, 'assets', name), bytes);
  // Last: with it the page is whole.
  writeFileSync(join(folder, 'built.html'), shell);
}

/** `null`: no build was here. */
export function readBuiltPage(folder: string): PageAssets | null {
  const shellFile = join(folder, 'built.html');
  if (!existsSync(shellFile)) return null;
  const assets = join(folder, 'assets');
  const names = readdirSync(assets).toSorted();
  return {
    shell: readFileSync(shellFile, 'utf8'),
    files: new Map(
      names.flatMap((name) => {
        const file = pageAssetOf(name, readFileSync(join(assets, name)));
        return file === null ? [] : [[name, file] as const];
      }),
    ),
  };
}
