// The client of the home page in a real browser: what cannot be drawn costs its own slot at most.

import { describe, expect, it } from 'vitest';
import { drawn, homeInBrowser, slot } from './home-browser.ts';
import type { ShownDocument, ShownSlot } from './home-server.ts';
import { genericDocument, genericSlot, personalSlot, titled } from './shown-documents.ts';

const home = homeInBrowser();

/** A slot that says something newer than this client knows, `fallback` as its content has it. */
function future(fallback?: unknown): ShownSlot {
  const { content } = personalSlot('home.travel', 21, titled('home.travel', 'From the future'));
  return {
    ...{ state: 'personal', stamp: 21 },
    content: { ...content, profile: 9, fallback, card: { log_id: 'x', states: [] } },
  };
}

const failures = () => home.server.eventsOf('content.failed').map(({ data }) => data);

describe('the home page, when something cannot be drawn', () => {
  it('can be read when the renderer does not arrive, and says when it is outdated', async () => {
    home.server.lay(genericDocument());
    home.server.state.missing.add('draw-cards');
    const { page } = await home.open();
    await page.getByText('Live').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(5);
    await expect.poll(failures, { timeout: 15_000 }).toHaveLength(1);
    home.server.push({
      ...genericDocument(),
      'home.travel': personalSlot('home.travel', 22, titled('home.travel', 'New')),
    });
    await page.getByRole('alert').filter({ hasText: 'Reload the page to see it' }).waitFor();
    await slot(page, 'home.travel').getByText('Away from it all').waitFor();
  });

  it('skips a component that it does not know, draws the rest, and reports it', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    const known = genericSlot('home.energy', titled('home.energy', 'Beside the unknown'));
    const changed = JSON.parse(JSON.stringify(known));
    changed.content.card.states[0].div.items.push({ type: 'hologram', text: 'nobody knows' });
    home.server.push({ ...genericDocument(), 'home.energy': changed } as ShownDocument);
    await slot(page, 'home.energy').getByText('Beside the unknown').waitFor();
    expect(await page.getByText('nobody knows').count()).toBe(0);
    await expect
      .poll(failures)
      .toEqual([{ slot: 'home.energy', reason: expect.stringMatching(/unknown|type|div/i) }]);
  });

  it('draws the fallback of what is newer than itself', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    const older = personalSlot('home.travel', 21, titled('home.travel', 'As we know it')).content;
    const { profile, template, data, card } = older;
    home.server.push({
      ...genericDocument(),
      'home.travel': future({ profile, template, data, card }),
    });
    await slot(page, 'home.travel').getByRole('heading', { name: 'As we know it' }).waitFor();
    expect(failures()).toEqual([]);
  });

  it('leaves a slot as it is that is newer and has no fallback, and reports it', async () => {
    home.server.lay(genericDocument());
    const { page } = await home.open();
    await drawn(page);
    home.server.push({ ...genericDocument(), 'home.travel': future() });
    await expect
      .poll(failures)
      .toEqual([{ slot: 'home.travel', reason: 'profile 9 is not known' }]);
    await slot(page, 'home.travel').getByText('Away from it all').waitFor();
  });

  it('shows markup, scripts and expressions as the text that they are', async () => {
    const hostile = '<img src=x onerror=alert(1)> @{1+1}';
    home.server.lay(genericDocument());
    const { page, complaints } = await home.open();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await drawn(page);
    home.server.push({
      ...genericDocument(),
      'home.travel': personalSlot('home.travel', 23, titled('home.travel', hostile)),
    });
    await slot(page, 'home.travel').getByRole('heading', { name: hostile }).waitFor();
    expect(dialogs).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('shows the page of the server when its own script does not arrive', async () => {
    home.server.lay(genericDocument());
    home.server.state.missing.add('main');
    const { page } = await home.open();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(5);
  });
});
