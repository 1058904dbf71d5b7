// When a real Chromium is opened and closed. Where there is none, tests that need one are skipped.

import type { Browser } from 'playwright-core';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  onTestFinished,
  type TestContext,
} from 'vitest';
import { launchChromium } from './chromium.ts';

/** Registers the hooks of a test file or suite: one browser for it, and no page left after a test. */
export function useChromium() {
  let browser: Browser | undefined;
  let whyNot = '';

  // It may have to be installed.
  beforeAll(async () => {
    try {
      browser = await launchChromium();
    } catch (error) {
      whyNot = whyNone(error);
    }
  }, 300_000);

  beforeEach((context) => {
    if (whyNot !== '') context.skip(whyNot);
  });

  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });

  afterAll(async () => {
    await browser?.close();
  });

  return {
    /** For hooks of the file: whether there is anything to prepare. */
    isThere: () => browser !== undefined,
    get browser(): Browser {
      if (browser === undefined) throw new Error(whyNot);
      return browser;
    },
  };
}

/** For a single test: closed when it is done. */
export async function chromiumFor(context: TestContext): Promise<Browser> {
  try {
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    return browser;
  } catch (error) {
    return context.skip(whyNone(error));
  }
}

function whyNone(error: unknown): string {
  return `There is no Chromium: ${(error as Error).message}`;
}
