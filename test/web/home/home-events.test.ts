// The client of the home page in a real browser: what it reports, when, and when it does not.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, homeInBrowser, slot } from './home-browser.ts';
import { genericDocument, personalDocument } from './shown-documents.ts';

const home = homeInBrowser();

/** Whether there was anything left to report when the page was told that it goes. */
async function sentAtTheEnd(page: Page): Promise<boolean> {
  const posted: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posted.push(request.url()));
  await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))");
  // Asked for after it, so that it is told after it.
  await page.evaluate("fetch('/v1/generic').then((response) => response.text())");
  return posted.length > 0;
}

const sign = (page: Page) => page.getByRole('button', { name: 'Sign the contract' });

describe('the home page reports', () => {
  it('what was seen, once an item and page view, many at once', async () => {
    home.server.lay(genericDocument());
    const { page, complaints } = await home.open({ viewport: { width: 1280, height: 2000 } });
    await expect.poll(() => home.server.eventsOf('content.seen').length).toBeGreaterThan(3);
    const items = () =>
      home.server.eventsOf('content.seen').flatMap(({ data }) => data.items as string[]);
    expect(home.server.received).toHaveLength(1);
    expect(items()).toContain('travel-lisbon');
    await page.evaluate('scrollTo(0, 9999)');
    home.server.push(personalDocument());
    await slot(page, 'home.insurance').getByText('Your Corsa').waitFor();
    await expect.poll(items).toContain('quote-7');
    expect(new Set(items()).size).toBe(items().length);
    expect(home.server.received[0]?.authorization).toBe('Bearer token-1');
    expect(complaints).toEqual([]);
  });

  it('a click, although the page goes by it', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    await page.route('https://*.example/**', (route) => route.fulfill({ body: 'elsewhere' }));
    await page.getByRole('link', { name: 'Get your price' }).click();
    await page.waitForURL('https://insurance.example/**');
    await expect
      .poll(() => home.server.eventsOf('content.clicked').map(({ data }) => data))
      .toEqual([{ slot: 'home.insurance', item: 'insurance-car' }]);
  });

  it('clicks and presses, while it may not report what was seen', async () => {
    home.server.lay(personalDocument());
    const { refusals } = home.server.state;
    refusals.push(...Array.from({ length: 9 }, () => ({ type: 'content.seen', status: 429 })));
    const { page } = await home.open();
    await drawn(page);
    await expect.poll(() => home.server.state.refusals.length).toBeLessThan(9);
    await sign(page).click();
    await expect.poll(() => home.server.eventsOf('quote.accepted').length).toBe(1);
    await page.route('https://*.example/**', (route) => route.fulfill({ body: 'elsewhere' }));
    await page.getByRole('link', { name: 'Read it first' }).click();
    await page.waitForURL('https://insurance.example/**');
    const clicked = () => home.server.eventsOf('content.clicked').map(({ data }) => data.slot);
    await expect.poll(clicked).toContain('home.insurance');
    expect(home.server.eventsOf('content.seen')).toEqual([]);
  });

  it('no click when a button says what the person wants', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    await sign(page).click();
    await expect.poll(() => home.server.eventsOf('quote.accepted').length).toBe(1);
    await page.route('https://*.example/**', (route) => route.fulfill({ body: 'elsewhere' }));
    await page.getByRole('link', { name: 'Read it first' }).click();
    const clicks = () => new Set(home.server.eventsOf('content.clicked').map(({ id }) => id));
    // It comes with all that was noted before it, or after that.
    await expect.poll(() => clicks().size).toBeGreaterThan(0);
    expect(clicks().size).toBe(1);
  });

  it('the same events again when the door was busy', async () => {
    home.server.lay(genericDocument());
    home.server.state.refusals.push({ type: 'content.seen', status: 503 });
    await home.open();
    await expect.poll(() => home.server.received.length, { timeout: 15_000 }).toBeGreaterThan(0);
  });

  for (const signal of ['doNotTrack', 'globalPrivacyControl']) {
    it(`nothing but what the person wants to whom says ${signal}`, async () => {
      home.server.lay(personalDocument());
      const value = signal === 'doNotTrack' ? "'1'" : 'true';
      const initScript = `Object.defineProperty(navigator, '${signal}', { get: () => ${value} });`;
      const { page } = await home.open({ initScript });
      await drawn(page);
      await sign(page).click();
      await expect.poll(() => home.server.eventsOf('quote.accepted').length).toBe(1);
      expect(await sentAtTheEnd(page)).toBe(false);
      expect(home.server.received.flatMap(({ events }) => events)).toHaveLength(1);
    });
  }
});

describe('what the person wants', () => {
  it('is sent at once, shows that it is on its way, and changes when the stream says so', async () => {
    home.server.lay(personalDocument());
    const { page, complaints } = await home.open();
    await drawn(page);
    await sign(page).focus();
    await page.keyboard.press('Enter');
    await page.locator('[aria-busy=true]').waitFor();
    await page.getByRole('status').filter({ hasText: 'Accepted.' }).waitFor();
    expect(home.server.eventsOf('quote.accepted').map(({ data }) => data)).toEqual([
      { quote: 'q-7' },
    ]);
    await page.keyboard.press('Enter');
    home.server.push(genericDocument());
    await slot(page, 'home.insurance').getByText('Car insurance in three minutes').waitFor();
    expect(home.server.eventsOf('quote.accepted')).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('may take longer, which is said until it is done', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    await page.clock.install();
    await sign(page).click();
    await page.getByRole('status').filter({ hasText: 'Accepted.' }).waitFor();
    await page.clock.fastForward(10_000);
    await page.getByRole('alert').filter({ hasText: 'takes longer than usual' }).waitFor();
    expect(await sign(page).getAttribute('aria-busy')).toBeNull();
    home.server.push(genericDocument());
    await slot(page, 'home.insurance').getByText('Car insurance in three minutes').waitFor();
    expect(await page.locator('#notice').textContent()).toBe('');
  });

  it('says why it was not accepted, and can be tried again', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    home.server.state.refusals.push({ type: 'quote.accepted', status: 429 });
    await sign(page).click();
    await page.getByRole('alert').filter({ hasText: 'too much at once' }).waitFor();
    expect(await sign(page).getAttribute('aria-busy')).toBeNull();
    await sign(page).click();
    await expect.poll(() => home.server.eventsOf('quote.accepted').length).toBe(1);
    expect(await page.locator('#notice').textContent()).toBe('');
  });

  it('is sent with another token when the first is refused', async () => {
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    home.server.state.refusals.push({ type: 'quote.accepted', status: 401 });
    await sign(page).click();
    await expect.poll(() => home.server.eventsOf('quote.accepted').length).toBe(1);
    expect(home.server.state.tokensGiven).toBe(2);
  });

  it('is sent when the login is back that was away at first', async () => {
    home.server.state.sessionStatus = 503;
    home.server.lay(personalDocument());
    const { page } = await home.open();
    await drawn(page);
    await expect.poll(() => home.server.state.sessionsAsked).toBeGreaterThan(0);
    home.server.state.sessionStatus = 200;
    await sign(page).click();
    await expect.poll(() => home.server.eventsOf('quote.accepted').length).toBe(1);
  });
});
