// Writes docs/home/*.png and what the home page weighs into docs/home.md: `npm run docs:home`.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openAs, sign, slot, titleOf, withdraw } from '../test/system/home-pages.ts';
import { type Visit, visitHome } from './home-visit.ts';
import { desk, phone, shoot, withSolo } from './pictures.ts';

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

await withSolo({ BEFOREHAND_CONFIG: 'home.config.ts' }, async ({ browser, solo }) => {
  const url = `${solo.summary.regions.eu}/`;
  for (const picture of pictures) await takePicture(browser, url, picture);
  await writeNumbers(browser, url);
});

async function takePicture(
  browser: Browser,
  url: string,
  { person, isSigned, colorScheme, size }: (typeof pictures)[number],
): Promise<void> {
  const { width, height, fullPage } = size;
  const viewport = { width, height };
  const { page } = await openAs(browser, url, person, { colorScheme, viewport });
  if (person === 'Ada') {
    await sign(page).waitFor();
    await first(page, 'insurance').waitFor();
  }
  if (isSigned) {
    await sign(page).click();
    await titleOf(page, 'insurance').filter({ hasText: 'is insured' }).waitFor();
    for (const name of ['energy', 'savings']) {
      await slot(page, name).getByText('because you are').waitFor();
    }
    await first(page, 'energy').waitFor();
  }
  await settle(page, fullPage);
  const name = `${isSigned ? 'signed' : person.toLowerCase()}-${colorScheme}-${width}`;
  await shoot(page, join(folder, `${name}.png`), { fullPage, colors: 128 });
  if (isSigned) {
    await withdraw(page).click();
    await sign(page).waitFor();
  }
  await page.context().close();
}

/** The section of a product once it leads the page: the order is a slot of its own. */
function first(page: Page, name: string) {
  return page.locator(`#slots > [data-slot="home.${name}"]:first-child`);
}

async function settle(page: Page, isOfWholePage: boolean): Promise<void> {
  // The bar stays where the window ends, which is nowhere in a picture of the whole page.
  if (isOfWholePage) await page.evaluate("document.getElementById('demo').hidden = true");
  await page.evaluate('document.activeElement.blur()');
  await page.mouse.move(0, 0);
  // What is loaded when it comes near is loaded now; changes have been played.
  await page.evaluate(`Promise.all([
    ...[...document.images].map((image) => { image.loading = 'eager'; return image.decode(); }),
    ...document.getAnimations().map((animation) => animation.finished),
  ])`);
}

async function writeNumbers(browser: Browser, url: string): Promise<void> {
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
