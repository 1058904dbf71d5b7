// The demo of solo mode in a real browser: what it shows, to whom, and what the browser thinks of it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { openPage, seriousProblems } from '../chromium.ts';
import { useChromium } from '../chromium-hooks.ts';
import { logIn, lookAt } from './demo-pages.ts';
import { type SoloProcess, startSolo } from './solo-process.ts';
import { postLogins } from './stack-driver.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-demo-'));
let solo: SoloProcess | undefined;
let url = '';

const chromium = useChromium();

beforeAll(async () => {
  if (!chromium.isThere()) return;
  solo = await startSolo(dataDir);
  url = solo.summary.demo ?? '';
}, 300_000);

afterAll(async () => {
  await solo?.stop('SIGTERM');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const open = (options = {}) => openPage(chromium.browser, url, options);
const region = (page: Page, name: string) =>
  page.getByRole('article', { name: `Region ${name}`, exact: true });
const headline = (page: Page, name: string) => region(page, name).locator('.headline');

describe('the demo', () => {
  it('shows an event travel, and its content in both regions', async () => {
    const { page, complaints } = await open();
    await logIn(page, 'Ada');
    const steps = await page.locator('#journey li .name').allTextContents();
    expect(steps.slice(0, 3)).toEqual(['Accepted', 'Generated', 'Stored']);
    expect(steps.slice(3).sort()).toEqual(['Positioned in eu', 'Positioned in us']);
    for (const ms of await page.locator('#journey li .ms').allTextContents()) {
      expect(ms).toMatch(/^at [\d.]+ ms$/);
    }
    for (const name of ['eu', 'us']) {
      await headline(page, name).filter({ hasText: 'Welcome back!' }).waitFor();
      expect(await region(page, name).getByRole('listitem').count()).toBe(5);
      await region(page, name).getByText('after the click').waitFor();
    }
    await page.getByText('The same document everywhere, byte for byte').waitFor();
    await page.getByText('times sooner than from 150 ms away (simulated).').first().waitFor();
    await page.getByText('Read from region eu over loopback').waitFor();
    expect(await page.locator('#reads dt').allTextContents()).toEqual([
      'Positioned',
      'Generated on request, 150 ms away',
    ]);
    expect(complaints).toEqual([]);
  });

  it('changes every region at once when something was looked at', async () => {
    const { page, complaints } = await open();
    await logIn(page, 'Ben');
    await lookAt(page, 'outdoors');
    for (const name of ['eu', 'us']) {
      await headline(page, name).filter({ hasText: 'You looked at the outdoors' }).waitFor();
    }
    await page.getByText('The same document everywhere, byte for byte').waitFor();
    expect(complaints).toEqual([]);
  });

  it('changes by an event that somebody else posted', async () => {
    const { page } = await open();
    await logIn(page, 'Mira');
    const { summary } = solo as SoloProcess;
    await postLogins(summary, [{ id: 'from-elsewhere', user: 'demo-mira' }]);
    for (const name of ['eu', 'us']) {
      await region(page, name).getByText('lay here already').waitFor();
    }
  });

  it('is used with the keyboard alone, and says once what happened', async () => {
    const { page, complaints } = await open();
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    const order: string[] = [];
    const next = async () => {
      await page.keyboard.press('Tab');
      order.push(await focused());
    };
    for (let stop = 0; stop < 2; stop += 1) await next();
    await page.keyboard.press('Enter');
    await page.locator('#reads .near').waitFor();
    await page.locator('main:not([aria-busy])').waitFor();
    expect(await focused()).toBe('Adabakes bread');
    for (let stop = 0; stop < 3; stop += 1) await next();
    await page.keyboard.press('Space');
    const told = page.getByRole('status');
    await told
      .filter({ hasText: /^Ada looked at kitchen: new offers, ready in eu and us/ })
      .waitFor();
    for (let stop = 0; stop < 4; stop += 1) await next();
    expect(order).toEqual([
      ...['Skip to the demo', 'Adabakes bread', 'Bennew in town', 'Mirareads in tents'],
      ...['kitchen', 'reading', 'outdoors', 'home', 'Measure again'],
    ]);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    expect(await page.locator('[aria-live], [role=status]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`has nothing that axe calls serious: ${colorScheme}, ${width} px`, async () => {
        const { page, complaints } = await open({ colorScheme, viewport: { width, height: 800 } });
        expect(await seriousProblems(page)).toEqual([]);
        await logIn(page, 'Ada');
        await lookAt(page, 'home');
        expect(await seriousProblems(page)).toEqual([]);
        const overhang = await page.evaluate('document.documentElement.scrollWidth');
        expect(overhang).toBe(width);
        expect(complaints).toEqual([]);
      });
    }
  }

  it('says so when a region cannot be reached, and recovers', async () => {
    const { page } = await open();
    const { us } = (solo as SoloProcess).summary.regions;
    await page.route(`${us}/**`, (route) => route.abort());
    await page.getByRole('button', { name: 'Ada' }).click();
    await region(page, 'us').getByText('connecting').waitFor();
    await headline(page, 'eu').filter({ hasText: 'Welcome back!' }).waitFor();
    await page.getByText('On its way to the other regions').waitFor();
    await page.unroute(`${us}/**`);
    await page.getByText('The same document everywhere, byte for byte').waitFor();
  });

  it('moves nothing for whoever wants that, and replays the journey for the others', async () => {
    const animation = async (reducedMotion: 'reduce' | 'no-preference') => {
      const { page } = await open({ reducedMotion });
      await logIn(page, 'Ben');
      return page.evaluate(
        "getComputedStyle(document.querySelector('#journey .bar')).animationName",
      );
    };
    expect(await animation('reduce')).toBe('none');
    expect(await animation('no-preference')).toBe('grow');
  });

  it('says what to do instead without JavaScript', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    // Text in noscript is found by its element only.
    const notice = page.locator('noscript p');
    expect(await notice.isVisible()).toBe(true);
    expect(await notice.textContent()).toMatch(/post an event to the ingest with curl/);
  });
});
