// From what a product says to what a slot holds: the data, the card that clients draw, and the HTML
// that is there before they do.

import { buildCard, type Card } from './build-card.ts';
import { checkContent } from './check-content.ts';
import { withoutCountdown } from './countdown.ts';
import type { Fallback, ProductContent, TemplateName } from './schema.ts';
import { serverHtml } from './server-html.ts';

/** What a client must know to draw it: 2 adds the variable `now`. */
type Profile = 1 | 2;

export type SlotContent = {
  profile: Profile;
  template: TemplateName;
  data: ProductContent['data'];
  /** For DivKit: `render({ json: { card } })`. */
  card: Card;
  /** For clients that do not know the profile or the template. */
  fallback?: { profile: 1; template: Fallback['template']; data: Fallback['data']; card: Card };
  html: string;
};

/** A slot's content may have 32 KiB; the rest is for what the platform adds. */
export const maxSlotBytes = 32_000;

/** Throws an error that says where the content is wrong and what would be right. */
export function renderSlot({ slot, content }: { slot: string; content: unknown }): SlotContent {
  const checked = checkContent(content);
  const { template, data } = checked;
  const card = buildCard(slot, checked);
  const fallback = fallbackOf(checked);
  const rendered: SlotContent = {
    profile: template === 'countdown' ? 2 : 1,
    template,
    data,
    card,
    ...(fallback && { fallback: { profile: 1, ...fallback, card: buildCard(slot, fallback) } }),
    html: serverHtml({ id: elementId(slot), mix: mixOf(template), label: data.title, card }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(rendered));
  if (bytes > maxSlotBytes) {
    throw new Error(`The content of "${slot}" needs ${bytes} bytes, and may have ${maxSlotBytes}.`);
  }
  return rendered;
}

/** What `render` is to be called with as `id`, on the server and by clients. */
export function elementId(slot: string): string {
  return slot.replaceAll('.', '-');
}

/** Classes by which a style sheet knows what it lays out; `render` takes them as `mix`. */
function mixOf(template: TemplateName): string {
  return `look look-${template}`;
}

function fallbackOf(content: ProductContent): Fallback | undefined {
  if (content.template !== 'countdown') return content.fallback;
  return { template: 'card', data: withoutCountdown(content.data) };
}
