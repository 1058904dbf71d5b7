// Opens the home page of a server for tests in a real browser, and closes both when a file is done.

import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import { openPage } from '../../chromium.ts';
import { useChromium } from '../../chromium-hooks.ts';
import { type HomeServer, startHomeServer } from './home-server.ts';

/** Registers the hooks of a test file. */
export function homeInBrowser() {
  let server: HomeServer | undefined;
  const chromium = useChromium();

  beforeEach(async () => {
    server = await startHomeServer();
  });

  afterEach(async () => {
    await server?.close();
  });

  return {
    get server(): HomeServer {
      return server as HomeServer;
    },
    open: (options: BrowserContextOptions & { initScript?: string } = {}) =>
      openPage(chromium.browser, (server as HomeServer).url, options),
  };
}

export const slot = (page: Page, name: string) => page.locator(`[data-slot="${name}"]`);

/** Until the renderer has taken over what the server drew. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('#slots[data-drawn]').waitFor();
}
