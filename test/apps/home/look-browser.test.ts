// The templates in a browser: as HTML of the server, then taken over by the client's renderer.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousProblems } from '../../chromium.ts';
import { useChromium } from '../../chromium-hooks.ts';
import { genericContent } from '../../fixtures/home/generic.ts';
import { personalContent, signedContract } from '../../fixtures/home/personal.ts';
import { hostileContent } from '../../fixtures/home/worst.ts';
import { type Look, openLook, serveLook } from './look-page.ts';

const looks: { readonly [name: string]: Look } = {
  generic: genericContent,
  personal: { ...personalContent, 'home.contract': signedContract },
  hostile: hostileContent,
};

/** Colors, fonts and places of all that is seen; what runs in the page is text. */
const appearance = `[...document.querySelectorAll('[data-slot] *')].filter((element) => {
  return !element.closest('[class*="arrow"]') && element.getClientRects().length > 0;
}).filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) || element.matches('img, a, button')).map((element) => {
  const { color, backgroundColor, fontSize, fontWeight, lineHeight, textDecorationLine } = getComputedStyle(element);
  const { x, y, width, height } = element.getBoundingClientRect();
  return [element.tagName, element.textContent.replaceAll(/\\s+/g, ' ').trim(), color, backgroundColor, fontSize, fontWeight,
    Math.round(parseFloat(lineHeight)), textDecorationLine, ...[x, y, width, height].map(Math.round)].join(' | ');
})`;

/** Text that is wider than the page, or that leaves its card. */
const overflow = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []),
  ...[...document.querySelectorAll('main > div > *')]
    .filter((root) => root.scrollWidth > root.clientWidth + 1)
    .map((root) => root.className + ' is too wide'),
]`;

describe('the look', () => {
  const chromium = useChromium();

  for (const [name, look] of Object.entries(looks)) {
    it(`is accessible, quiet and within the page: ${name}`, async () => {
      await using server = await serveLook(look);
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [360, 768, 1440]) {
          const viewport = { width, height: 900 };
          const { page, complaints } = await openLook(chromium.browser, server, {
            viewport,
            colorScheme,
          });
          const where = `${colorScheme}, ${width} px`;
          expect(complaints, where).toEqual([]);
          expect(await page.evaluate(overflow), where).toEqual([]);
          expect(await seriousProblems(page), where).toEqual([]);
          await page.context().close();
        }
      }
    }, 120_000);

    it(`is the same without its scripts, light and dark: ${name}`, async () => {
      await using server = await serveLook(look);
      for (const colorScheme of ['light', 'dark'] as const) {
        const options = { viewport: { width: 1000, height: 900 }, colorScheme };
        const before = await openLook(chromium.browser, server, {
          ...options,
          javaScriptEnabled: false,
        });
        const plain = await before.page.evaluate(appearance);
        const { page } = await openLook(chromium.browser, server, options);
        expect(await page.evaluate(appearance), colorScheme).toEqual(plain);
        await page.context().close();
        await before.page.context().close();
      }
    }, 60_000);

    it(`is accessible as bare HTML: ${name}`, async () => {
      await using server = await serveLook(look);
      const { page, complaints } = await openLook(chromium.browser, server, {
        blocksScripts: true,
      });
      expect(complaints).toEqual([]);
      expect(await seriousProblems(page)).toEqual([]);
      expect(await page.locator('[role=heading]:not([aria-level])').count()).toBe(0);
      await page.context().close();
    });
  }

  it('shows text as it is written, whatever it looks like', async () => {
    await using server = await serveLook(hostileContent);
    for (const blocksScripts of [true, false]) {
      const { page } = await openLook(chromium.browser, server, { blocksScripts });
      const seen = (await page.locator('main').textContent()) ?? '';
      for (const text of textsOf(hostileContent)) expect(seen).toContain(text);
      expect(seen).not.toContain('undefined');
      await page.getByRole('region', { name: '@{1+1}', exact: true }).waitFor();
      await page.context().close();
    }
  });

  it('changes its theme while it is looked at', async () => {
    await using server = await serveLook(genericContent);
    const { page } = await openLook(chromium.browser, server, { colorScheme: 'light' });
    const color = () =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector('[data-slot="home.insurance"] a')).backgroundColor`,
      );
    expect(await color()).toBe('rgb(102, 54, 201)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(color).toBe('rgb(183, 156, 255)');
    await page.context().close();
  });

  it('counts down where it can, and says until when where it cannot', async () => {
    await using server = await serveLook(personalContent);
    const { page } = await openLook(chromium.browser, server);
    const until = Date.parse('2026-11-24T18:00:00+01:00') / 1000;
    await page.getByText('until 24 Nov, 18:00 (UTC+1)').waitFor();
    await page.evaluate(`setNow(${until - 2 * 86_400 - 3 * 3_600 - 4 * 60 - 5})`);
    await page.getByText('2 days 03:04:05 left').waitFor();
    await page.evaluate(`setNow(${until - 86_401})`);
    await page.getByText('1 day 00:00:01 left').waitFor();
    await page.evaluate(`setNow(${until - 59})`);
    await page.getByText('00:00:59 left', { exact: true }).waitFor();
    await page.evaluate(`setNow(${until})`);
    await page.getByText('ended', { exact: true }).waitFor();
    await page.context().close();
  });

  it('tells what was seen and what was pressed, by keyboard, too', async () => {
    await using server = await serveLook(personalContent);
    const { page } = await openLook(chromium.browser, server);
    const told = () => page.evaluate<string[]>('told');
    await expect.poll(told).toContain('visible quote-7');
    await page.getByRole('button', { name: 'Sign the contract' }).focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(told)
      .toEqual(expect.arrayContaining(['click quote-7', 'home:accept?quote=q-7']));
    expect(await tabStops(page)).toEqual(
      expect.arrayContaining(['Read it first', 'Put €40 aside']),
    );
    await page.context().close();
  });
});

/** Names of what the Tab key reaches, from the top. */
async function tabStops(page: Page): Promise<string[]> {
  const names: string[] = [];
  await page.locator('body').press('Tab');
  for (let press = 0; press < 20; press += 1) {
    names.push(await page.evaluate<string>('document.activeElement.textContent.trim()'));
    await page.keyboard.press('Tab');
  }
  return names;
}

/** Every text of the data: what is not a name, a link, a picture, a color or a date. */
function textsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    return ['id', 'url', 'image', 'accent', 'template', 'until'].includes(key) ? [] : [value];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => textsOf(member, name));
}
