// What scripts that take pictures of a running solo mode share.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { removePostgresCluster } from '../src/servers/postgres-placement.ts';
import { findProgram } from '../src/servers/programs.ts';
import { ensure } from '../src/servers/system-packages.ts';
import { launchChromium } from '../test/chromium.ts';
import { type SoloProcess, startSolo } from '../test/system/solo-process.ts';

export type Size = { width: number; height: number; fullPage: boolean };

/** One screen of a desk, and all of the page that somebody scrolls through on a phone. */
export const desk: Size = { width: 1280, height: 1180, fullPage: false };
export const phone: Size = { width: 360, height: 780, fullPage: true };

const interFont = '/usr/share/fonts/opentype/inter/Inter-Regular.otf';

/** Gives `use` a browser and a solo mode of its own, and removes both. */
export async function withSolo(
  env: { readonly [name: string]: string },
  use: (parts: { browser: Browser; solo: SoloProcess }) => Promise<void>,
): Promise<void> {
  // The first that pages ask for, so that pictures are the same wherever they are made.
  ensure('fonts-inter', () => (existsSync(interFont) ? interFont : null), console.error);
  const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-pictures-'));
  const browser = await launchChromium();
  const solo = await startSolo(dataDir, env);
  try {
    await use({ browser, solo });
  } finally {
    await browser.close();
    await solo.stop('SIGTERM');
    removePostgresCluster(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Writes a PNG with few colors, which flat pictures need: it is a third of the size. */
export async function shoot(
  page: Page,
  path: string,
  { fullPage, colors }: { fullPage: boolean; colors: number },
): Promise<void> {
  const pngquant = ensure('pngquant', () => findProgram('pngquant'), console.error);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage, caret: 'hide' });
  execFileSync(pngquant, ['--force', '--strip', '--output', path, String(colors), path]);
  console.log(path);
}
