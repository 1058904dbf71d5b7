// Opens the home page of a server for tests in a real browser, and closes both when a file is done.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchChromium, openPage } from '../../system/demo-browser.ts';
import { type HomeServer, startHomeServer } from './home-server.ts';

/** Registers the hooks of a test file. */
export function homeInBrowser() {
  const parts: { browser?: Browser; server?: HomeServer } = {};
  let whyNot = '';

  beforeAll(async () => {
    try {
      parts.browser = await launchChromium();
    } catch (error) {
      whyNot = `There is no Chromium: ${(error as Error).message}`;
    }
  }, 300_000);

  beforeEach(async (context) => {
    if (whyNot !== '') return context.skip(whyNot);
    parts.server = await startHomeServer();
  });

  afterEach(async () => {
    await Promise.all((parts.browser?.contexts() ?? []).map((context) => context.close()));
    await parts.server?.close();
  });

  afterAll(async () => {
    await parts.browser?.close();
  });

  return {
    get server(): HomeServer {
      return parts.server as HomeServer;
    },
    open: (options: BrowserContextOptions & { initScript?: string } = {}) =>
      openPage(parts.browser as Browser, (parts.server as HomeServer).url, options),
  };
}

export const slot = (page: Page, name: string) => page.locator(`[data-slot="${name}"]`);

/** Until the renderer has taken over what the server drew. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('#slots[data-drawn]').waitFor();
}
