// In the bar of the demo one becomes somebody else.

import { describe, expect, it } from 'vitest';
import { drawn, homeInBrowser } from './home-browser.ts';
import { genericDocument } from './shown-documents.ts';

const home = homeInBrowser();

describe('the bar of the demo', () => {
  it('says who one is, and makes one somebody else', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    const bar = page.getByRole('complementary', { name: 'Demo' });
    await bar.getByRole('button', { name: 'ada', pressed: true }).waitFor();
    await bar.getByRole('button', { name: 'ben' }).click();
    await bar.getByRole('button', { name: 'ben', pressed: true }).waitFor();
    expect(home.server.state.user).toBe('ben');
  });

  for (const [what, login] of [
    ['is the company’s own', { people: undefined }],
    ['is away', { sessionStatus: 503 }],
  ] as const) {
    it(`is not there, and nothing is said, when the login ${what}`, async () => {
      Object.assign(home.server.state, login);
      home.server.lay(genericDocument());
      const { page } = await home.open();
      await drawn(page);
      await expect.poll(() => home.server.state.sessionsAsked).toBeGreaterThan(0);
      // What follows from the answer has happened when the next frames have been painted.
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
      expect(await page.locator('#demo').isHidden()).toBe(true);
      expect(await page.locator('#notice').textContent()).toBe('');
    });
  }
});
