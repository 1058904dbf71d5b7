// The home page of solo mode in a browser: logs people in, and waits for what they see.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type OpenedPage, openPage } from '../chromium.ts';

/** As somebody who is logged in there: the login is the demo's, and the cookie is one for all regions. */
export async function openAs(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions & { initScript?: string } = {},
): Promise<OpenedPage> {
  const opened = await openPage(browser, url, options);
  const { page, complaints } = opened;
  await becomes(page, name);
  // Whoever is not logged in is refused the stream, and the console says so.
  complaints.length = 0;
  await page.reload();
  await isDrawn(page);
  return opened;
}

async function becomes(page: Page, name: string): Promise<void> {
  const bar = page.getByRole('complementary', { name: 'Demo' });
  await bar.getByRole('button', { name, exact: true }).click();
  await bar.getByRole('button', { name, exact: true, pressed: true }).waitFor();
}

/** Until the renderer has taken over the page, and the stream is open. */
export async function isDrawn(page: Page): Promise<void> {
  await page.locator('#slots[data-drawn]').waitFor();
  await page.locator('#live[data-state=live]').waitFor();
}

export const slot = (page: Page, name: string) => page.locator(`[data-slot="home.${name}"]`);

export const titleOf = (page: Page, name: string) =>
  slot(page, name).getByRole('heading', { level: 2 });

export const sign = (page: Page) => page.getByRole('button', { name: 'Sign the contract' });
export const withdraw = (page: Page) => page.getByRole('button', { name: 'Withdraw' });
