// Documents for the client of the home page, from what products say by way of the real templates.

import { renderSlot } from '../../../src/apps/home/look/render-slot.ts';
import type { ProductContent } from '../../../src/apps/home/look/schema.ts';
import { genericContent } from '../../fixtures/home/generic.ts';
import { personalContent } from '../../fixtures/home/personal.ts';
import type { ShownDocument, ShownSlot } from './home-server.ts';

export function genericDocument(): ShownDocument {
  return Object.fromEntries(
    Object.entries(genericContent).map(([slot, content]) => [slot, genericSlot(slot, content)]),
  );
}

export function genericSlot(slot: string, content: ProductContent): ShownSlot {
  return { state: 'generic', content: renderSlot({ slot, content }) };
}

export function personalSlot(slot: string, stamp: number, content: ProductContent): ShownSlot {
  return { state: 'personal', stamp, content: renderSlot({ slot, content }) };
}

/** What the product says to everybody, with another title: as it would say it to one. */
export function titled(slot: string, title: string): ProductContent {
  const content = genericContent[slot] as ProductContent;
  return { ...content, data: { ...content.data, title } } as ProductContent;
}

/** What somebody with a saved quote sees. */
export function personalDocument(): ShownDocument {
  const personal = Object.entries(personalContent).map(
    ([slot, content], index): [string, ShownSlot] => [slot, personalSlot(slot, index + 1, content)],
  );
  return {
    ...Object.fromEntries(personal),
    'home.deals': genericDocument()['home.deals'] as ShownSlot,
  };
}
