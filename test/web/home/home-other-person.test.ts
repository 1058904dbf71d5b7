// The client of the home page in a real browser, when somebody else is signed in than it was drawn for.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, homeInBrowser } from './home-browser.ts';
import { genericDocument, personalDocument } from './shown-documents.ts';

const home = homeInBrowser();

/** Ada's page, drawn and followed. */
async function openedByAda(): Promise<Page> {
  home.server.lay(personalDocument());
  const { page } = await home.open();
  await drawn(page);
  await page.getByText('Live').waitFor();
  expect(await page.locator('[data-state=personal]').count()).toBeGreaterThan(0);
  await page.evaluate('window.isFormer = true');
  return page;
}

/** A page of its own, and nothing on it that was about Ada. */
async function expectNewPage(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate('window.isFormer').catch(() => true)).toBeUndefined();
  await drawn(page);
  expect(await page.locator('[data-state=personal]').count()).toBe(0);
}

describe('the home page, when somebody else is signed in', () => {
  it('is loaded anew once the stream is about them', async () => {
    const page = await openedByAda();
    home.server.state.user = 'ben';
    home.server.lay(genericDocument());
    home.server.endStreams();
    await expectNewPage(page);
  });

  it('is loaded anew once nobody is signed in', async () => {
    const page = await openedByAda();
    home.server.state.user = null;
    home.server.lay(genericDocument());
    home.server.endStreams();
    await expectNewPage(page);
  });

  it('is loaded anew when somebody comes back to it, though its stream is open', async () => {
    const page = await openedByAda();
    home.server.state.user = 'ben';
    home.server.lay(genericDocument());
    await page.evaluate("dispatchEvent(new FocusEvent('focus'))");
    await expectNewPage(page);
  });

  it('is loaded anew when somebody has signed in since it was nobody’s', async () => {
    home.server.state.user = null;
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    await page.evaluate('window.isFormer = true');
    home.server.state.user = 'ben';
    await page.evaluate("dispatchEvent(new FocusEvent('focus'))");
    await expectNewPage(page);
  });

  it('shows nothing while the browser keeps it, and is loaded anew when it is back', async () => {
    const page = await openedByAda();
    const told = (type: string) =>
      page.evaluate(`dispatchEvent(new PageTransitionEvent('${type}', { persisted: true }))`);
    await told('pagehide');
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(false);
    home.server.state.user = null;
    home.server.lay(genericDocument());
    await told('pageshow');
    await expectNewPage(page);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
  });

  it('holds nothing of who has left for whoever goes back to it', async () => {
    const page = await openedByAda();
    await page.goto('about:blank');
    home.server.state.user = null;
    home.server.lay(genericDocument());
    await page.goBack();
    await expect.poll(() => page.locator('[data-state=personal]').count()).toBe(0);
    await drawn(page);
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(5);
  });

  it('is loaded anew in every window when it is told in one, though their streams are open', async () => {
    const page = await openedByAda();
    const other = await page.context().newPage();
    await other.goto(home.server.url);
    await drawn(other);
    home.server.lay(genericDocument());
    await other.getByRole('button', { name: 'ben' }).click();
    await expectNewPage(page);
  });
});
