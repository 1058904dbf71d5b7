// A real Chromium for tests, and everything that it complains about.

import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../src/servers/system-packages.ts';
import { isRoot } from '../src/servers/system-user.ts';

export type OpenedPage = {
  page: Page;
  /** Errors and warnings of the console, violations of the policy and uncaught errors included. */
  complaints: string[];
};

/** Installs the browser where that is ours to do, as it is done for servers. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureChromium(console.log),
    // Chromium does not sandbox itself for root.
    chromiumSandbox: !isRoot(),
    // The same letters in every picture, however the machine renders fonts.
    args: ['--font-render-hinting=none', '--disable-lcd-text'],
  });
}

// What runs in the page is text, or these tests would have to know the types of a browser.
const tellViolations = `document.addEventListener('securitypolicyviolation', (violation) => {
  console.error('policy: ' + violation.violatedDirective + ' ' + violation.blockedURI);
});`;

export async function openPage(
  browser: Browser,
  url: string,
  { initScript, ...options }: BrowserContextOptions & { initScript?: string } = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const complaints: string[] = [];
  // A script of the driver: the page's policy would let in no script from elsewhere.
  await context.addInitScript(axe.source);
  await context.addInitScript(tellViolations);
  if (initScript !== undefined) await context.addInitScript(initScript);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(url);
  return { page, complaints };
}

/** What axe calls serious or critical, each with the elements that it is about. */
export async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}
