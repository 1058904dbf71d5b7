// Makes what browsers load of the folder in which a page was written.
//
//   shell.html   what it refers to as /assets/NAME.js or .css is bundled, from files beside it
//   images/      sent as they are, under their own names

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildFailure, type BuildOptions, buildSync } from 'esbuild';
import { type PageAsset, type PageAssets, pageAssetOf } from '../domain/replica/page-assets.ts';
import {
  assetsNamedIn,
  renameAssets,
  shellProblems,
  stripShell,
} from '../domain/replica/page-shell.ts';

type Bundle = {
  files: ReadonlyMap<string, PageAsset>;
  /** By the name that the shell uses. */
  names: ReadonlyMap<string, string>;
  /** What style sheets refer to. */
  images: readonly string[];
  problems: readonly string[];
};

/** The shell's placeholders stay. Throws one error that lists everything wrong with the page. */
export function bundlePage(folder: string): PageAssets {
  const shellFile = join(folder, 'shell.html');
  if (!existsSync(shellFile)) throw new Error(`The page in ${folder} has no shell.html.`);
  const shell = stripShell(readFileSync(shellFile, 'utf8'));
  const named = [...assetsNamedIn(shell)];
  const isBundled = (name: string) => /\.(?:js|css)$/.test(name);
  const sources = named.filter(isBundled);
  const missing = sources.filter((name) => !existsSync(join(folder, name)));
  const images = imagesIn(join(folder, 'images'));
  const problems = [
    ...shellProblems(shell),
    ...missing.map((name) => `shell.html refers to /assets/${name}, and there is no ${name}.`),
    ...images.problems,
  ];
  const bundle = bundleSources(folder, missing.length > 0 ? [] : sources);
  problems.push(...bundle.problems);
  const wanted = new Set([...named.filter((name) => !isBundled(name)), ...bundle.images]);
  for (const name of wanted) {
    if (!images.files.has(name))
      problems.push(`/assets/${name} is referred to: no images/${name}.`);
  }
  if (problems.length > 0) {
    throw new Error(
      `The page in ${folder} has ${problems.length} problem(s):\n- ${problems.join('\n- ')}`,
    );
  }
  return {
    shell: renameAssets(shell, bundle.names),
    files: new Map([...bundle.files, ...images.files]),
  };
}

function imagesIn(folder: string) {
  const files = new Map<string, PageAsset>();
  const problems: string[] = [];
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((it) => !it.startsWith('.')).toSorted()) {
    const image = pageAssetOf(name, readFileSync(join(folder, name)));
    if (image === null || !image.type.startsWith('image/')) {
      problems.push(`images/${name} is not named like an image that a page can have.`);
    } else if (image.isImmutable) {
      problems.push(
        `images/${name} is named as if by its content: browsers would keep it for good.`,
      );
    } else files.set(name, image);
  }
  return { files, problems };
}

function bundleSources(folder: string, sources: readonly string[]): Bundle {
  const none = { files: new Map(), names: new Map(), images: [], problems: [] };
  if (sources.length === 0) return none;
  try {
    const { outputFiles, metafile } = buildSync({
      ...forBrowsers,
      absWorkingDir: folder,
      entryPoints: sources.map((name) => ({ in: `./${name}`, out: name.replace(/\.\w+$/, '') })),
    });
    const outputs = Object.entries(metafile.outputs);
    return {
      files: new Map(outputFiles.flatMap(({ path, contents }) => fileOf(nameIn(path), contents))),
      names: new Map(
        outputs.flatMap(([path, { entryPoint }]) =>
          entryPoint !== undefined && sources.includes(entryPoint)
            ? [[entryPoint, nameIn(path)] as const]
            : [],
        ),
      ),
      images: outputs.flatMap(([, { imports }]) =>
        imports.filter(({ external }) => external).map(({ path }) => nameIn(path)),
      ),
      problems: outputs.flatMap(([, { cssBundle, entryPoint }]) =>
        cssBundle === undefined
          ? []
          : [`${entryPoint} imports a style sheet, which nobody loads: @import it in one.`],
      ),
    };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    const problems = errors.map(({ text, location: at }) =>
      at === null ? text : `${at.file}:${at.line}: ${text}`,
    );
    return { ...none, problems };
  }
}

function fileOf(name: string, bytes: Uint8Array): [string, PageAsset][] {
  const file = pageAssetOf(name, bytes);
  if (file === null) throw new Error(`esbuild made ${name}, which a page cannot have.`);
  return [[name, file]];
}

const nameIn = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What was new two years ago. */
const browsers = ['chrome131', 'edge131', 'firefox133', 'safari18.1'];

const forBrowsers = {
  ...{ bundle: true, format: 'esm', platform: 'browser', splitting: true, minify: true },
  // Each change has another name: browsers keep what they have for a year.
  ...{ entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]' },
  target: browsers,
  loader: { '.svg': 'file', '.webp': 'file', '.avif': 'file', '.png': 'file', '.jpg': 'file' },
  // Images, which keep their names.
  external: ['/assets/*'],
  // Nothing is written there.
  ...{ outdir: 'out', write: false, metafile: true, logLevel: 'silent' },
} as const satisfies BuildOptions;
