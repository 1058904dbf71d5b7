// Pages beside the documents: whatever takes a document away takes its page away.

import { describe, expect, it } from 'vitest';
import { createDocumentComposer } from '../../../src/domain/replica/compose-document.ts';
import { createPageComposer } from '../../../src/domain/replica/compose-page.ts';
import { aDocument, aGeneric, aSlot } from '../../fixtures/content.ts';
import { createPlace, openPositions, startMs, text } from './open-positions.ts';

const slots = {
  offers: { generic: { html: '<p>fallback</p>' } },
  books: { generic: 'no books' },
  order: { generic: null },
};
const shell = '<main><!-- slots --></main>';
const compose = createPageComposer(slots, { shell, order: 'order' });
const withHtml = (html: string) => JSON.stringify({ title: 'x', html: `<p>${html}</p>` });
const own = (html: string, more: object = {}) => [aSlot({ contentJson: withHtml(html), ...more })];
const everyones = (html: string, more: object = {}) =>
  aGeneric({ contentJson: withHtml(html), ...more });

async function openPages(given: Parameters<typeof openPositions>[0] = {}, place = createPlace()) {
  const opened = await openPositions({ compose, ...given }, place);
  const page = (user: string) => {
    const found = opened.positions.readPage(user);
    return found === null ? null : text(found);
  };
  const genericPages = () => {
    const pages = opened.positions.readGenericPages();
    return `${text(pages?.generic)} ${text(pages?.pending)}`;
  };
  return { ...opened, page, genericPages };
}

describe('pages', () => {
  it('are laid down with their documents, and show what those show', async () => {
    const { put, page, body } = await openPages();
    await put(aDocument('alice', { version: 7, slots: own('mine') }));
    expect(page('alice')).toContain('data-state="personal" data-stamp="7353335808503808"><p>mine<');
    expect(body('alice').slots.offers.content).toEqual({ title: 'x' });
    await put(aDocument('alice', { version: 8, slots: own('newer') }));
    expect(page('alice')).toContain('<p>newer</p>');
    expect(page('alice')).not.toContain('mine');
  });

  it('show nothing of a user who was erased', async () => {
    const { put, page, positions } = await openPages();
    await put(aDocument('alice', { version: 1, slots: own('secret') }));
    await put(aDocument('alice', { version: 2, slots: [] }));
    expect(page('alice')).toContain('<p>fallback</p>');
    expect(page('alice')).not.toContain('secret');
    positions.remove('alice');
    expect(page('alice')).toBeNull();
  });

  it('are gone when something they show expires, a second later at most', async () => {
    const { put, page, clock, positions } = await openPages();
    await put(
      aDocument('alice', { slots: own('short', { expiresAtMs: startMs + 500 }) }),
      aDocument('bob', { slots: own('long', { expiresAtMs: startMs + 5_000 }) }),
    );
    clock.nowMs += 499;
    expect(page('alice')).toContain('short');
    clock.nowMs += 100;
    await expect.poll(() => page('alice')).toBeNull();
    expect(positions.has('alice')).toBe(false);
    expect(page('bob')).toContain('long');
  });

  it('are gone when an order expires that they follow', async () => {
    const { put, page, keeper, clock } = await openPages();
    const order = { slot: 'order', contentJson: '{"slots":["books"]}', expiresAtMs: startMs + 500 };
    await put(aDocument('alice', { slots: [...own('mine'), aSlot(order)] }));
    expect(page('alice')).not.toBeNull();
    clock.nowMs += 600;
    await expect.poll(() => page('alice')).toBeNull();
    keeper.current('alice');
    expect(page('alice')).toContain('mine');
  });

  it('are gone at once where they show what is withdrawn, and stay where they do not', async () => {
    const { put, putGeneric, page, genericPages, positions } = await openPages({
      rewritesPerS: 0.001,
    });
    await putGeneric(everyones('wrong'));
    const users = Array.from({ length: 900 }, (_, index) => `user-${index}`);
    await put(...users.map((user) => aDocument(user, { slots: [] })));
    await put(aDocument('bob', { slots: own('mine') }));
    expect(page('user-7')).toContain('wrong');
    await putGeneric(everyones('right', { version: 2, withdrawnBelow: 2 }));
    expect(users.filter((user) => page(user)?.includes('wrong'))).toEqual([]);
    expect(positions.count()).toBeLessThan(100);
    expect(page('bob')).toContain('mine');
    expect(genericPages()).not.toContain('wrong');
  });

  it('for everyone follow generic content, its order and its end', async () => {
    const { putGeneric, genericPages, clock } = await openPages();
    expect(genericPages()).toMatch(/"generic"><p>fallback<.* .*"pending"><p>fallback</);
    await putGeneric(
      everyones('deal', { expiresAtMs: startMs + 500 }),
      aGeneric({ slot: 'books', contentJson: withHtml('book') }),
      aGeneric({ slot: 'order', contentJson: '{"slots":["books"]}' }),
    );
    expect(genericPages()).toMatch(/book.*deal.* .*book.*deal/);
    clock.nowMs += 600;
    await expect.poll(genericPages).toMatch(/book.*fallback.* .*book.*fallback/);
  });

  it('are not there while personal content may be on its way', async () => {
    const { put, keeper, pending, page } = await openPages();
    await put(aDocument('alice', { slots: [] }));
    expect(page('alice')).not.toBeNull();
    pending.add('alice');
    keeper.pendingChanged('alice');
    expect(page('alice')).toBeNull();
  });

  it('follow in the background when the order for everyone changes', async () => {
    const { put, putGeneric, page } = await openPages();
    const both = [...own('mine'), aSlot({ slot: 'books', contentJson: withHtml('book') })];
    await put(aDocument('alice', { slots: both }));
    expect(page('alice')).toMatch(/mine.*book/);
    await putGeneric(aGeneric({ slot: 'order', contentJson: '{"slots":["books"]}' }));
    await expect.poll(() => page('alice')).toMatch(/book.*mine/);
  });
});

describe('a configuration', () => {
  it('that gains, changes or loses its page has every position laid down again', async () => {
    const place = createPlace();
    const slotsOfAlice = own('mine');
    const laidDownWith = async (composer: typeof compose) => {
      const { keeper, page, body, put, isNoted } = await openPages({ compose: composer }, place);
      await put(aDocument('alice', { slots: slotsOfAlice }));
      const shown = () => [page('alice'), 'html' in (body('alice')?.slots.offers.content ?? {})];
      await expect.poll(isNoted).toBe(true);
      await keeper.stop();
      return shown();
    };
    expect(await laidDownWith(createDocumentComposer(slots))).toEqual([null, true]);
    expect(await laidDownWith(compose)).toEqual([expect.stringContaining('mine'), false]);
    const other = createPageComposer(slots, { shell: `<b>new</b>${shell}` });
    expect(await laidDownWith(other)).toEqual([expect.stringMatching(/new.*mine/), false]);
    expect(await laidDownWith(createDocumentComposer(slots))).toEqual([null, true]);
  });
});
