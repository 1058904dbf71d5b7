// What a replica's page is made of: as a build left it, or made now from what its authors wrote.

import { fileURLToPath } from 'node:url';
import type { Config } from '../domain/config.ts';
import type { PageAssets } from '../domain/replica/page-assets.ts';
import { fillShell, shellProblems } from '../domain/replica/page-shell.ts';
import { contentHashOf } from '../inbound/http-etag.ts';
import { readBuiltPage } from '../outbound/file-built-page.ts';
import { layDownAssets } from '../outbound/file-lay-down-assets.ts';
import type { assetSettings, pageSettings } from './page-settings.ts';
import type { ValuesOf } from './settings.ts';

type PageLimits = ValuesOf<typeof pageSettings> &
  Pick<ValuesOf<typeof assetSettings>, 'maxPageBytes'>;

/** Throws what its authors have to know. `null`: the configuration has no page. */
export async function loadPage(
  { page }: Pick<Config, 'page'>,
  { clientEventsUrl, sessionUrl, maxPageBytes }: PageLimits,
): Promise<PageAssets | null> {
  if (page === undefined) return null;
  const folder = fileURLToPath(page.folder);
  const { shell, files } = readBuiltPage(folder) ?? (await bundleNow(folder));
  const [problem] = shellProblems(shell);
  if (problem !== undefined) throw new Error(`The page in ${folder}: ${problem}`);
  const sizes = [...files.values()].map(({ bytes }) => bytes.length);
  const pageBytes = sizes.reduce((sum, size) => sum + size, Buffer.byteLength(shell));
  if (pageBytes > maxPageBytes) {
    throw new Error(
      `The page in ${folder} has ${pageBytes} bytes, more than BEFOREHAND_PAGE_MAX_BYTES (${maxPageBytes}).`,
    );
  }
  const values = { 'client-events-url': clientEventsUrl, 'session-url': sessionUrl };
  return { shell: fillShell(shell, values), files };
}

/** Where the Nginx of a replica's unit finds the files of the page: beside its positions. */
export function placeAssets(
  directory: string,
  { files }: PageAssets,
  limits: ValuesOf<typeof assetSettings>,
): void {
  layDownAssets({
    ...{ directory, files, nowMs: Date.now, hashOf: contentHashOf },
    keepMs: limits.keepAssetsS * 1_000,
    maxFormerBytes: limits.maxFormerAssetsBytes,
  });
}

async function bundleNow(folder: string): Promise<PageAssets> {
  try {
    const { bundlePage } = await import('../outbound/esbuild-page-assets.ts');
    return bundlePage(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'esbuild'")) throw error;
    throw new Error(
      `The page in ${folder} is not built, and esbuild is not installed here. npm run build makes it, in dist/; name a configuration in there with BEFOREHAND_CONFIG.`,
      { cause: error },
    );
  }
}
