// Writes docs/home/*.png and what the home page weighs into docs/home.md: `npm run docs:home`.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { removePostgresCluster } from '../src/servers/postgres-placement.ts';
import { findProgram } from '../src/servers/programs.ts';
import { ensure } from '../src/servers/system-packages.ts';
import { launchChromium } from '../test/chromium.ts';
import { openAs, sign, titleOf, withdraw } from '../test/system/home-pages.ts';
import { startSolo } from '../test/system/solo-process.ts';
import { type Visit, visitHome } from './home-visit.ts';

const desk = { width: 1280, height: 1180, fullPage: false };
const phone = { width: 360, height: 780, fullPage: true };
const pictures = [
  ...(['light', 'dark'] as const).flatMap((colorScheme) =>
    [desk, phone].map((size) => ({ person: 'Ada', isSigned: false, colorScheme, size })),
  ),
  { person: 'Ada', isSigned: true, colorScheme: 'light' as const, size: desk },
  { person: 'Ada', isSigned: true, colorScheme: 'dark' as const, size: phone },
  { person: 'Ben', isSigned: false, colorScheme: 'light' as const, size: desk },
  { person: 'Ben', isSigned: false, colorScheme: 'dark' as const, size: phone },
];
const visits = 5;

const folder = fileURLToPath(new URL('../docs/home/', import.meta.url));
const document = fileURLToPath(new URL('../docs/home.md', import.meta.url));
/** A picture of flat colors needs few of them: it is a third of the size. */
const pngquant = ensure('pngquant', () => findProgram('pngquant'), console.error);
const interFont = '/usr/share/fonts/opentype/inter/Inter-Regular.otf';
/** The first that the page asks for, so that the pictures are the same wherever they are made. */
ensure('fonts-inter', () => (existsSync(interFont) ? interFont : null), console.error);
const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-pictures-'));
const browser = await launchChromium();
const solo = await startSolo(dataDir, { BEFOREHAND_CONFIG: 'home.config.ts' });
const url = `${solo.summary.regions.eu}/`;
mkdirSync(folder, { recursive: true });
try {
  for (const picture of pictures) await takePicture(browser, picture);
  await writeNumbers(browser);
} finally {
  await browser.close();
  await solo.stop('SIGTERM');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

async function takePicture(
  browser: Browser,
  { person, isSigned, colorScheme, size }: (typeof pictures)[number],
): Promise<void> {
  const { width, height, fullPage } = size;
  const viewport = { width, height };
  const { page } = await openAs(browser, url, person, { colorScheme, viewport });
  if (person === 'Ada') await sign(page).waitFor();
  if (isSigned) {
    await sign(page).click();
    await titleOf(page, 'insurance').filter({ hasText: 'is insured' }).waitFor();
    for (const name of ['energy', 'savings']) {
      await page.locator(`[data-slot="home.${name}"]`).getByText('because you are').waitFor();
    }
  }
  await shoot(
    page,
    `${isSigned ? 'signed' : person.toLowerCase()}-${colorScheme}-${width}`,
    fullPage,
  );
  if (isSigned) {
    await withdraw(page).click();
    await sign(page).waitFor();
  }
  await page.context().close();
}

async function shoot(page: Page, name: string, fullPage: boolean): Promise<void> {
  // The bar stays where the window ends, which is nowhere in a picture of the whole page.
  if (fullPage) await page.evaluate("document.getElementById('demo').hidden = true");
  await page.evaluate('document.activeElement.blur()');
  await page.mouse.move(0, 0);
  // What is loaded when it comes near is loaded now; changes have been played.
  await page.evaluate(`Promise.all([
    ...[...document.images].map((image) => { image.loading = 'eager'; return image.decode(); }),
    ...document.getAnimations().map((animation) => animation.finished),
  ])`);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage, caret: 'hide' });
  execFileSync(pngquant, ['--force', '--strip', '--output', path, '128', path]);
  console.log(path);
}

async function writeNumbers(browser: Browser): Promise<void> {
  const { page } = await openAs(browser, url, 'Ada');
  const session = await page.context().storageState();
  await page.context().close();
  const measured = [];
  for (const isPhone of [false, true]) {
    const made: Visit[] = [];
    for (let visit = 0; visit < visits; visit += 1) {
      made.push(await visitHome(browser, url, session, isPhone));
    }
    measured.push(made);
  }
  const [onDesk = [], onPhone = []] = measured;
  const text = [
    '| | desk, no limits | phone: 1.6 Mbit/s, 150 ms, a quarter of the processor |',
    '|---|---|---|',
    `| first contentful paint | ${median(onDesk, 'firstPaintMs')} | ${median(onPhone, 'firstPaintMs')} |`,
    `| renderer has taken over | ${median(onDesk, 'drawnMs')} | ${median(onPhone, 'drawnMs')} |`,
    '',
    '| part | files | bytes | with gzip |',
    '|---|---|---|---|',
    ...[...(onDesk[0]?.parts ?? [])].map(
      ([name, { files, bytes, gzipBytes }]) =>
        `| ${name} | ${files} | ${bytes.toLocaleString('en')} | ${gzipBytes.toLocaleString('en')} |`,
    ),
    '',
    `Medians of ${visits} visits with an empty cache, from solo mode on ${cpus().length} cores that`,
    'also ran the browser. Solo mode compresses nothing.',
  ].join('\n');
  const place = /(<!-- measured -->\n)[\s\S]*(\n<!-- end of measured -->)/;
  writeFileSync(
    document,
    readFileSync(document, 'utf8').replace(place, (_, before, after) => before + text + after),
  );
}

function median(made: Visit[], what: 'firstPaintMs' | 'drawnMs'): string {
  const sorted = made.map((visit) => visit[what]).sort((a, b) => a - b);
  return `${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms`;
}
