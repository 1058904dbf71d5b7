// The home page in a real browser: for every width and theme, for the keyboard, for those who
// listen, and without JavaScript.

import { describe, expect, it } from 'vitest';
import { seriousProblems } from '../../chromium.ts';
import { drawn, homeInBrowser } from './home-browser.ts';
import { personalDocument } from './shown-documents.ts';

const home = homeInBrowser();

const widthOf = 'document.documentElement.scrollWidth';
const focused = 'document.activeElement.textContent.trim()';

describe('the home page', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 768, 1440]) {
      it(`has nothing that axe calls serious, and fits: ${colorScheme}, ${width} px`, async () => {
        home.server.lay(personalDocument());
        const viewport = { width, height: 900 };
        const { page, complaints } = await home.open({ colorScheme, viewport });
        await drawn(page);
        await page.getByRole('complementary', { name: 'Demo' }).waitFor();
        expect(await seriousProblems(page)).toEqual([]);
        expect(await page.evaluate(widthOf)).toBe(width);
        expect(complaints).toEqual([]);
      });
    }
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read without JavaScript: ${colorScheme}`, async () => {
      home.server.lay(personalDocument());
      const { page } = await home.open({ colorScheme, javaScriptEnabled: false });
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
      expect(await page.getByRole('heading', { level: 2 }).count()).toBe(5);
      expect(await page.getByText('Your Corsa, fully covered').isVisible()).toBe(true);
      const trip = page.getByRole('link', { name: /A week at your pace/ }).first();
      expect(await trip.getAttribute('href')).toMatch(/^https:\/\/travel\.example\//);
    });
  }

  it('looks the same before and after its scripts have run', async () => {
    home.server.lay(personalDocument());
    const boxes = `JSON.stringify([...document.querySelectorAll('[data-slot]')].map((section) => {
      const { top, height } = section.getBoundingClientRect();
      return [section.dataset.slot, Math.round(top), Math.round(height)];
    }))`;
    const viewport = { width: 1280, height: 900 };
    home.server.state.missing.add('main');
    const before = await home.open({ viewport });
    const painted = await before.page.evaluate(boxes);
    home.server.state.missing.clear();
    const { page } = await home.open({ viewport });
    await drawn(page);
    expect(await page.evaluate(boxes)).toBe(painted);
  });

  it('has the buttons of cards that share a row at one height', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open({ viewport: { width: 1280, height: 900 } });
    await drawn(page);
    const bottoms = await page.evaluate<number[]>(`[
      ...document.querySelectorAll(':is([data-slot="home.insurance"], [data-slot="home.energy"]) .look')
    ].map((look) => look.firstElementChild.firstElementChild.lastElementChild)
      .map((last) => Math.round(last.getBoundingClientRect().bottom))`);
    expect(bottoms).toHaveLength(2);
    expect(bottoms[1]).toBe(bottoms[0]);
  });

  it('has no hole in a list beside a card that is higher', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open({ viewport: { width: 1280, height: 900 } });
    await drawn(page);
    const gap = await page.evaluate<number>(`(() => {
      const surface = document.querySelector('[data-slot="home.energy"] .look').firstElementChild.firstElementChild;
      const [rows, last] = [...surface.children].slice(-2);
      return last.getBoundingClientRect().top - rows.lastElementChild.getBoundingClientRect().bottom;
    })()`);
    // What a card of its own height has there.
    expect(Math.round(gap)).toBe(12);
  });

  it('is used with the keyboard alone, in the order of the page', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open({ viewport: { width: 360, height: 800 } });
    await drawn(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(focused)).toBe('Skip to your home');
    await page.keyboard.press('Enter');
    const names: string[] = [];
    for (let stop = 0; stop < 7; stop += 1) {
      await page.keyboard.press('Tab');
      names.push(await page.evaluate<string>(focused));
    }
    expect(names.slice(0, 2)).toEqual(['Sign the contract', 'Read it first']);
    // The row follows the keyboard: its last card is on the screen now.
    expect(names[6]).toContain('A week at your pace');
    const left = await page.evaluate<number>('document.activeElement.getBoundingClientRect().left');
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(360);
    // Its ring lies above its picture.
    const ring = "getComputedStyle(document.activeElement, '::after').borderTopStyle";
    expect(await page.evaluate(ring)).toBe('solid');
    const edge = `(({ x, y, width }) => document.elementFromPoint(x + width / 2, y + 1))`;
    const isOnTop = `${edge}(document.activeElement.getBoundingClientRect()) === document.activeElement`;
    expect(await page.evaluate(isOnTop)).toBe(true);
  });

  it('has nothing that the keyboard reaches under the bar of the demo', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open({ viewport: { width: 360, height: 800 } });
    await drawn(page);
    await page.getByRole('complementary', { name: 'Demo' }).waitFor();
    const under = `(() => {
      const [bar, active] = [document.getElementById('demo'), document.activeElement];
      const [{ top }, { bottom }] = [bar, active].map((one) => one.getBoundingClientRect());
      const isElsewhere = active === document.body || bar.contains(active);
      return isElsewhere || bottom <= top ? '' : active.textContent.trim();
    })()`;
    const hidden: string[] = [];
    for (let stop = 0; stop < 25; stop += 1) {
      await page.keyboard.press('Tab');
      hidden.push(await page.evaluate<string>(under));
    }
    expect(hidden.filter((name) => name !== '')).toEqual([]);
  });

  it('says what it is to those who listen', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    const outline = await page.locator('main').ariaSnapshot();
    expect(outline).toContain(
      'heading "Everything for your home, ready before you ask." [level=1]',
    );
    expect(outline).toContain('region "Your Corsa, fully covered"');
    expect(outline).toContain('heading "Your Corsa, fully covered" [level=2]');
    expect(outline).toContain('button "Sign the contract"');
    expect(outline).toMatch(/region "Picked for you, Ada"/);
    expect(outline).toMatch(/link "[^"]*A week at your pace: lisbon[^"]*"/);
    expect(await page.locator('[role=status], [role=alert]').count()).toBe(2);
  });
});
