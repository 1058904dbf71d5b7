// The client of the home page in a real browser: what the stream brings is drawn in its place.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ProductContent } from '../../../src/apps/home/look/schema.ts';
import { savedQuote } from '../../fixtures/home/personal.ts';
import { drawn, homeInBrowser, slot } from './home-browser.ts';
import type { ShownDocument } from './home-server.ts';
import { genericDocument, personalDocument, personalSlot, titled } from './shown-documents.ts';

const home = homeInBrowser();

/** How far things moved that nobody had touched, as the browser counts it. */
const observeShifts = `window.shifted = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: 'layout-shift', buffered: true });`;

/** As everybody's, but that two slots are about somebody. */
function aboutAda(): ShownDocument {
  return {
    ...genericDocument(),
    'home.travel': personalSlot('home.travel', 11, titled('home.travel', 'Trips for Ada')),
    'home.energy': personalSlot('home.energy', 12, titled('home.energy', 'Your power today')),
  };
}

const orderOf = (page: Page) =>
  page.evaluate<string[]>(
    "[...document.querySelectorAll('[data-slot]')].map((s) => s.dataset.slot)",
  );

describe('the home page, while somebody looks at it', () => {
  it('turns personal without a reload, and nothing jumps', async () => {
    home.server.lay(genericDocument());
    const { page, complaints } = await home.open({ reducedMotion: 'no-preference' });
    await page.evaluate(observeShifts);
    await page.evaluate('window.isStillThere = true');
    await drawn(page);
    home.server.push(aboutAda());
    await slot(page, 'home.travel').getByRole('heading', { name: 'Trips for Ada' }).waitFor();
    await slot(page, 'home.energy').getByRole('heading', { name: 'Your power today' }).waitFor();
    expect(await slot(page, 'home.travel').getAttribute('data-state')).toBe('personal');
    expect(await slot(page, 'home.travel').getAttribute('data-stamp')).toBe('11');
    await page.getByRole('status').filter({ hasText: 'This page is about you now.' }).waitFor();
    expect(await page.evaluate('window.isStillThere')).toBe(true);
    expect(await page.evaluate<number>('window.shifted')).toBeLessThan(0.05);
    expect(complaints).toEqual([]);
  });

  it('draws nothing again that is on the page already', async () => {
    home.server.lay(aboutAda());
    const { page, complaints } = await home.open();
    await page.evaluate("window.first = document.querySelector('[data-slot] [role=heading]')");
    await drawn(page);
    expect(await page.evaluate('window.first.isConnected')).toBe(true);
    expect(await page.getByRole('status').textContent()).toBe('');
    expect(complaints).toEqual([]);
  });

  it('draws what is newer than the page that was painted', async () => {
    home.server.lay(genericDocument());
    home.server.state.document = aboutAda();
    const { page } = await home.open();
    await slot(page, 'home.travel').getByRole('heading', { name: 'Trips for Ada' }).waitFor();
  });

  it('moves sections into another order around the one that has the focus', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    const link = page.getByRole('link', { name: 'What is covered' });
    await link.focus();
    const names = Object.keys(genericDocument()).reverse();
    home.server.push(
      Object.fromEntries(names.map((name) => [name, genericDocument()[name]])) as never,
    );
    await expect.poll(() => orderOf(page)).toEqual(names);
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe(
      'What is covered',
    );
  });

  it('keeps the focus on the same button when its slot is drawn anew', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    await page.getByRole('button', { name: 'Sign the contract' }).focus();
    const data = { ...savedQuote.data, title: 'Your Corsa, for less' };
    const cheaper = { ...savedQuote, data } as ProductContent;
    home.server.push({
      ...personalDocument(),
      'home.insurance': personalSlot('home.insurance', 13, cheaper),
    });
    await slot(page, 'home.insurance').getByRole('heading', { name: 'for less' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe(
      'Sign the contract',
    );
  });

  it('counts down to the end of what is bounded', async () => {
    home.server.lay(personalDocument());
    const { page, complaints } = await home.open();
    await drawn(page);
    const left = () => slot(page, 'home.insurance').getByText(/left$/).textContent();
    const first = await left();
    await expect.poll(left).not.toBe(first);
    expect(complaints).toEqual([]);
  });

  it('takes away slots that have gone, and shows those that came', async () => {
    const { 'home.deals': deals, ...others } = genericDocument();
    home.server.lay(others);
    const { page, complaints } = await home.open();
    await drawn(page);
    const { 'home.energy': _, ...left } = others;
    home.server.push({ 'home.deals': deals, ...left } as ShownDocument);
    await slot(page, 'home.deals').getByRole('heading', { level: 2 }).waitFor();
    expect(await orderOf(page)).toEqual(['home.deals', ...Object.keys(left)]);
    expect(complaints).toEqual([]);
  });

  it('opens the stream again with what it knows, and misses nothing', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    home.server.endStreams();
    home.server.state.document = aboutAda();
    await slot(page, 'home.travel').getByRole('heading', { name: 'Trips for Ada' }).waitFor();
    expect(home.server.streamsAsked[0]).toBe('');
    expect(home.server.streamsAsked[1]).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is drawn from a plain answer while too many streams are open', async () => {
    home.server.lay(genericDocument());
    home.server.state.streamStatus = 503;
    home.server.state.document = aboutAda();
    const { page } = await home.open();
    await slot(page, 'home.travel').getByRole('heading', { name: 'Trips for Ada' }).waitFor();
    await page.getByText('Connecting').waitFor();
  });

  it('stays as it is for somebody who is not logged in', async () => {
    home.server.lay(genericDocument());
    home.server.state.user = null;
    const { page, complaints } = await home.open();
    await drawn(page);
    expect(await page.getByRole('region').count()).toBe(5);
    expect(home.server.streamsAsked).toEqual(['']);
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });

  it('follows the theme without being drawn again', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    const colorOf = () =>
      page.evaluate(
        'getComputedStyle(document.querySelector(\'[data-slot="home.travel"] [role=heading] span\')).color',
      );
    expect(await colorOf()).toBe('rgb(20, 23, 31)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(colorOf).toBe('rgb(241, 243, 247)');
  });
});
