// Writes docs/demo/*.png, pictures of the demo after a login and a look: `npm run docs:demo`.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { removePostgresCluster } from '../src/servers/postgres-placement.ts';
import { findProgram } from '../src/servers/programs.ts';
import { ensure } from '../src/servers/system-packages.ts';
import { launchChromium, openPage } from '../test/chromium.ts';
import { logIn, lookAt } from '../test/system/demo-pages.ts';
import { startSolo } from '../test/system/solo-process.ts';

/** One screen of a desk, and all of the page that somebody scrolls through on a phone. */
const sizes = [
  { width: 1280, height: 1180, fullPage: false },
  { width: 360, height: 780, fullPage: true },
];

const folder = fileURLToPath(new URL('../docs/demo/', import.meta.url));
/** A picture of text needs few colors: it is a third of the size. */
const pngquant = ensure('pngquant', () => findProgram('pngquant'), console.error);
/** What the README says, so that the pictures say the same. */
const ports = {
  BEFOREHAND_INGEST_PORT: '8080',
  BEFOREHAND_REPLICA_PORTS: 'eu=8081,us=8082',
  BEFOREHAND_OPERATOR_PORT: '8083',
};
/** The first that the page asks for, so that the pictures are the same wherever they are made. */
const interFont = '/usr/share/fonts/opentype/inter/Inter-Regular.otf';
ensure('fonts-inter', () => (existsSync(interFont) ? interFont : null), console.error);
const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-pictures-'));
const browser = await launchChromium();
const solo = await startSolo(dataDir, ports);
mkdirSync(folder, { recursive: true });
try {
  for (const size of sizes) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await takePicture(browser, colorScheme, size);
    }
  }
} finally {
  await browser.close();
  await solo.stop('SIGTERM');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

async function takePicture(
  browser: Browser,
  colorScheme: 'light' | 'dark',
  { width, height, fullPage }: (typeof sizes)[number],
): Promise<void> {
  const viewport = { width, height };
  const { page } = await openPage(browser, solo.summary.demo ?? '', { colorScheme, viewport });
  await logIn(page, 'Ada');
  await lookAt(page, 'outdoors');
  for (const name of Object.keys(solo.summary.regions)) {
    const region = page.getByRole('article', { name: `Region ${name}`, exact: true });
    await region.getByText('You looked at the outdoors').waitFor();
  }
  const path = join(folder, `demo-${colorScheme}-${width}.png`);
  await page.screenshot({ path, fullPage, caret: 'hide' });
  execFileSync(pngquant, ['--force', '--strip', '--output', path, '64', path]);
  await page.close();
  console.log(path);
}
