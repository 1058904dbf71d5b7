// Bundles what a thread runs, the configuration and all that authors wrote for it, into one file
// that Node reads as it is. It behaves as if each file were loaded from where it lies, or fails.

import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Loader, type Plugin, stop } from 'esbuild';
import { makeThreadFolder } from './thread-folder.ts';

const serveFile = fileURLToPath(new URL('./thread-serve.ts', import.meta.url));

let running = 0;

/** Resolves with a file in a private folder, and what removes it. Rejects with what cannot be bundled. */
export async function bundleThread(configFile: string) {
  const folder = makeThreadFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, 'thread.mjs');
  const entry = `import { serveUnits } from ${JSON.stringify(serveFile)};
    await serveUnits(() => import(${JSON.stringify(configFile)}));`;
  try {
    const stdin = { contents: entry, resolveDir: dirname(configFile) };
    running += 1;
    await build({ ...asNodeRuns, stdin, outfile: file });
  } catch (error) {
    remove();
    throw error;
  } finally {
    running -= 1;
    // Its process would stay, and nobody needs it any more.
    if (running === 0) await stop();
  }
  return { file, remove };
}

/** Marks a question that the plugin itself asks. */
const asked = {};

/** Authors' files go into the bundle; packages stay where they are, with their addons. */
const asNodeLoads: Plugin = {
  name: 'as-node-loads',
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === asked) return undefined;
      if (isBuiltin(path) || path.startsWith('data:')) return { path, external: true };
      if (kind.startsWith('require')) return refuse('require()');
      const name = path.startsWith('file:') ? fileURLToPath(path) : path;
      const found = await resolve(name, { kind, importer, resolveDir, pluginData: asked });
      // Some packages are optional.
      if (found.errors.length > 0 && kind === 'dynamic-import') return { path, external: true };
      if (found.errors.length > 0 || isBundled(found.path)) return found;
      return { path: pathToFileURL(found.path).href, external: true };
    });

    onLoad({ filter: /\.([cm]?ts|m?js|[jt]sx)$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!/\bimport\s*\.\s*meta\b/.test(text)) return undefined;
      if (/\bimport\s*\.\s*meta\s*\.\s*resolve\b/.test(text))
        return refuse('import.meta.resolve()');
      const meta = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
      // On the first line, so that every line keeps its number.
      const contents = `var ${fileMeta} = ${JSON.stringify(meta)}; ${text}`;
      return { contents, loader: loaderOf(path) };
    });
  },
};

/** Stands for `import.meta` in each file that uses it. */
const fileMeta = '__fileMeta';

const asNodeRuns: BuildOptions = {
  ...{ bundle: true, format: 'esm', platform: 'node', plugins: [asNodeLoads] },
  target: `node${process.versions.node}`,
  // What bundlers leave out or choose differently, Node loads.
  ...{ conditions: ['node-addons'], treeShaking: false, ignoreAnnotations: true },
  ...{ sourcemap: 'inline', sourcesContent: false },
  define: { 'import.meta': fileMeta },
  // What is imported by a name that is not known before would be looked for beside the bundle.
  logOverride: { 'unsupported-dynamic-import': 'error' },
  logLevel: 'silent',
};

function isBundled(path: string): boolean {
  if (/\.([cm]?ts|tsx)$/.test(path)) return true;
  return /\.(m?js|jsx|json)$/.test(path) && !/[\\/]node_modules[\\/]/.test(path);
}

function loaderOf(path: string): Loader {
  return extname(path).replace(/\.[cm]?/, '') as Loader;
}

const refuse = (what: string) => ({ errors: [{ text: `${what} cannot be bundled.` }] });
