// Writes docs/demo/*.png, pictures of the demo after a login and a look: `npm run docs:demo`.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { openPage } from '../test/chromium.ts';
import { logIn, lookAt } from '../test/system/demo-pages.ts';
import type { SoloProcess } from '../test/system/solo-process.ts';
import { desk, phone, type Size, shoot, withSolo } from './pictures.ts';

const folder = fileURLToPath(new URL('../docs/demo/', import.meta.url));
/** What the README says, so that the pictures say the same. */
const ports = {
  BEFOREHAND_INGEST_PORT: '8080',
  BEFOREHAND_REPLICA_PORTS: 'eu=8081,us=8082',
  BEFOREHAND_OPERATOR_PORT: '8083',
};

await withSolo(ports, async ({ browser, solo }) => {
  for (const size of [desk, phone]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await takePicture(browser, solo, colorScheme, size);
    }
  }
});

async function takePicture(
  browser: Browser,
  { summary }: SoloProcess,
  colorScheme: 'light' | 'dark',
  { width, height, fullPage }: Size,
): Promise<void> {
  const viewport = { width, height };
  const { page } = await openPage(browser, summary.demo ?? '', { colorScheme, viewport });
  await logIn(page, 'Ada');
  await lookAt(page, 'outdoors');
  for (const name of Object.keys(summary.regions)) {
    const region = page.getByRole('article', { name: `Region ${name}`, exact: true });
    await region.getByText('You looked at the outdoors').waitFor();
  }
  const path = join(folder, `demo-${colorScheme}-${width}.png`);
  await shoot(page, path, { fullPage, colors: 64 });
  await page.close();
}
