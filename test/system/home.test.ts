// The home page of solo mode in a real browser: five products, two people, and what one of them does.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../src/main/sign-token.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { openPage, seriousProblems } from '../chromium.ts';
import { useChromium } from '../chromium-hooks.ts';
import { isDrawn, openAs, sign, slot, titleOf, withdraw } from './home-pages.ts';
import { type SoloProcess, startSolo } from './solo-process.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-home-'));
const products = ['travel', 'insurance', 'deals', 'energy', 'savings'];
let solo: SoloProcess | undefined;
let eu = '';
let us = '';

const chromium = useChromium();

beforeAll(async () => {
  if (!chromium.isThere()) return;
  solo = await startSolo(dataDir, { BEFOREHAND_CONFIG: 'home.config.ts' });
  ({ eu, us } = solo.summary.regions);
}, 300_000);

afterAll(async () => {
  await solo?.stop('SIGTERM');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const as = (name: string, options = {}) => openAs(chromium.browser, `${eu}/`, name, options);
const hasJavaScriptOff = { javaScriptEnabled: false };

/** Notes when a slot last became another, by the clock that all windows share. */
const noteChange = (name: string) => `new MutationObserver(() => {
  window.changedAtMs = Date.now();
}).observe(document.querySelector('[data-slot="home.${name}"]'), { childList: true });`;

/** How the slots come with the page, and how far what is shown jumps by itself (CLS). */
const noteCold = `window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) {
      if (!hadRecentInput) window.layoutShift += value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  addEventListener('DOMContentLoaded', () => {
    window.statesAtFirst = [...document.querySelectorAll('[data-slot]')].map(({ dataset }) => dataset.state);
  }, { capture: true });`;

/** The cookie of somebody whom no product and no region has heard of. */
async function signedInAs(user: string) {
  const { summary } = solo as SoloProcess;
  const value = await signToken(summary, { user, ttlS: 600 });
  const cookie = { name: 'beforehand_token', value, domain: '127.0.0.1', path: '/' };
  const rest = { expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' as const };
  return { cookies: [{ ...cookie, ...rest }], origins: [] };
}

async function signed(page: Page): Promise<void> {
  await titleOf(page, 'insurance').filter({ hasText: 'is insured' }).waitFor();
}

/** So that whoever comes next finds it as it was. */
async function withdrawn(page: Page): Promise<void> {
  await withdraw(page).click();
  await sign(page).waitFor();
}

describe('the home page of solo mode', () => {
  it('is complete at once for somebody who is not logged in', async () => {
    const { page, complaints } = await openPage(chromium.browser, `${eu}/`);
    for (const name of products) await titleOf(page, name).waitFor();
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });

  it('shows two people two pages', async () => {
    const ada = await as('Ada');
    await titleOf(ada.page, 'insurance').filter({ hasText: 'Volvo' }).waitFor();
    const ben = await as('Ben');
    await titleOf(ben.page, 'insurance').filter({ hasText: 'home contents' }).waitFor();
    for (const name of ['insurance', 'travel', 'energy']) {
      const [hers, his] = await Promise.all(
        [ada, ben].map(({ page }) => slot(page, name).textContent()),
      );
      expect(hers).not.toBe(his);
    }
    expect([...ada.complaints, ...ben.complaints]).toEqual([]);
  });

  it('changes in every open window and region when a contract is signed in one', async () => {
    const { page, complaints } = await as('Ada');
    const windows = await Promise.all(
      [`${eu}/`, `${us}/`].map(async (url) => {
        const other = await page.context().newPage();
        await other.goto(url);
        await isDrawn(other);
        await sign(other).waitFor();
        return other;
      }),
    );
    const all = [page, ...windows];
    for (const one of all) await one.evaluate(noteChange('insurance'));
    await page.bringToFront();
    await page.evaluate("addEventListener('click', () => (window.clickedAtMs = Date.now()), true)");
    await sign(page).click();
    for (const one of all) await signed(one);
    const clickedAtMs = await page.evaluate<number>('window.clickedAtMs');
    const tookMs: number[] = [];
    for (const one of all)
      tookMs.push((await one.evaluate<number>('window.changedAtMs')) - clickedAtMs);
    console.log(`From the click to the page: ${tookMs.join(', ')} ms (eu, eu, us).`);
    for (const one of all) {
      await slot(one, 'energy').getByText('because you are insured').waitFor();
      await slot(one, 'savings').getByText('because you are insured').waitFor();
    }
    await withdrawn(page);
    for (const one of windows) await sign(one).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is signed with the keyboard alone', async () => {
    const { page } = await as('Ada');
    await sign(page).waitFor();
    for (let stop = 0; stop < 30; stop += 1) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate('document.activeElement.textContent.trim()');
      if (name === 'Sign the contract') break;
    }
    await page.keyboard.press('Enter');
    await signed(page);
    expect(await page.evaluate("document.activeElement.closest('[data-slot]').dataset.slot")).toBe(
      'home.insurance',
    );
    await withdrawn(page);
  });

  it('shows the person their own page without JavaScript', async () => {
    const { page } = await as('Ada');
    const storageState = await page.context().storageState();
    const plain = await openPage(chromium.browser, `${us}/`, {
      storageState,
      ...hasJavaScriptOff,
    });
    expect(await titleOf(plain.page, 'insurance').textContent()).toContain('Volvo');
    expect(await plain.page.getByRole('heading', { level: 2 }).count()).toBe(products.length);
  });

  it('turns personal by the stream for somebody whom nobody knows yet, and nothing jumps', async () => {
    const { page, complaints } = await openPage(chromium.browser, `${eu}/`, {
      storageState: await signedInAs('somebody-new'),
      initScript: noteCold,
    });
    for (const name of products.filter((product) => product !== 'deals')) {
      await page.locator(`[data-slot="home.${name}"][data-state=personal]`).waitFor();
    }
    // What was loaded, and how often: the page of a stranger, once.
    expect(await page.evaluate('window.statesAtFirst')).not.toContain('personal');
    expect(await page.evaluate('performance.getEntriesByType("navigation").length')).toBe(1);
    expect(await page.evaluate('window.layoutShift')).toBeLessThan(0.05);
    expect(complaints).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 768, 1440]) {
      it(`has nothing that axe calls serious, and fits: ${colorScheme}, ${width} px`, async () => {
        const viewport = { width, height: 900 };
        const { page, complaints } = await as('Ben', { colorScheme, viewport });
        expect(await seriousProblems(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(complaints).toEqual([]);
      });
    }
  }
});
