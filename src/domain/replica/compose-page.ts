// What is composed where the configuration has a page: documents without their HTML, and pages of it.
//
// Both are made of the same slots in the same order, and neither is ever rendered: the generator made
// the HTML, and a page is the shell with these fragments in it.

import type { Config } from '../config.ts';
import { genericProblems } from '../config-page.ts';
import type { GenericContent, SlotContent, UserDocument } from '../document.ts';
import { cutHtml } from '../html-member.ts';
import {
  createDocumentComposer,
  type DocumentComposer,
  type GenericCall,
  newest,
  type ShownContent,
  type ShownSlot,
} from './compose-document.ts';
import { slotsMark } from './page-assets.ts';

/** Raised with each change of what a page looks like: no file of an older release may stay. */
const pageFormat = 1;

/** Throws unless the shell says once where the slots stand, and a page can hold all generic content. */
export function createPageComposer(
  slots: Config['slots'],
  { shell, order = null }: { shell: string; order?: string | null | undefined },
): DocumentComposer {
  const [before = '', after = '', ...others] = shell.split(slotsMark);
  if (!shell.includes(slotsMark) || others.length > 0) {
    throw new Error(`The shell of the page must have ${slotsMark} in it, once.`);
  }
  const [problem] = genericProblems(slots);
  if (problem !== undefined) throw new Error(problem);
  const fallbacks = new Map(
    Object.entries(slots).map(([slot, { generic }]) => [slot, cutHtml(JSON.stringify(generic))]),
  );
  const bare = createDocumentComposer(
    Object.fromEntries([...fallbacks].map(([slot, { json }]) => [slot, asFallback(json)])),
  );
  const names = [...fallbacks.keys()];
  const orderOf = createOrder(names, order, fallbacks);
  const cutGeneric = rememberLast(cutAll<GenericContent>);
  const ofConfiguration = JSON.stringify([pageFormat, shell, order, ...fallbacks]);

  function divOf({ slot, state, content }: ShownSlot): string {
    const html = content === null ? fallbacks.get(slot)?.html : content.html;
    if (html == null) return '';
    const stamp = state === 'personal' ? ` data-stamp="${content?.stamp}"` : '';
    // No name of a slot has a character that means anything in HTML.
    return `<div data-slot="${slot}" data-state="${state}"${stamp}>${html}</div>`;
  }

  return {
    document(call) {
      const [document, generic] = [cutDocument(call.document), cutGeneric(call.generic)];
      const order = orderOf({ document, generic, nowMs: call.nowMs });
      const composed = bare.document({ ...call, document, generic }, order);
      // Always in one order: what is kept of it is shared among users who lack the same.
      return { ...composed, filled: names.filter((slot) => composed.filled.includes(slot)) };
    },
    slot({ document, generic, ...call }, slot) {
      const cut = { document: cutDocument(document), generic: cutGeneric(generic) };
      return bare.slot({ ...call, ...cut }, slot);
    },
    genericDocument({ nowMs, ...call }, state) {
      const generic = cutGeneric(call.generic);
      const order = orderOf({ document: null, generic, nowMs });
      return bare.genericDocument({ generic, nowMs }, state, order);
    },
    page: (shown) => before + shown.map(divOf).join('') + after,
    key: (call) => ofConfiguration + bare.key(call),
  };
}

type Fallbacks = ReadonlyMap<string, { json: string }>;
type OrderCall = GenericCall & { document: UserDocument | null };

/** What the user's order names comes first, then the rest in the order of the configuration. */
function createOrder(names: readonly string[], orderSlot: string | null, fallbacks: Fallbacks) {
  const known = new Set<unknown>(names);
  if (orderSlot === null) return () => names;
  return ({ document, generic, nowMs }: OrderCall): readonly string[] => {
    const content = newest(document?.slots, orderSlot, nowMs) ?? newest(generic, orderSlot, nowMs);
    const asked = slotsIn(content?.contentJson ?? fallbacks.get(orderSlot)?.json ?? 'null');
    const listed = asked.filter((slot): slot is string => known.has(slot));
    return [...new Set([...listed, ...names])];
  };
}

/** Whatever an author made of it: what is no list is an empty one. */
function slotsIn(contentJson: string): readonly unknown[] {
  const content: unknown = JSON.parse(contentJson);
  const isObject = typeof content === 'object' && content !== null;
  return isObject && 'slots' in content && Array.isArray(content.slots) ? content.slots : [];
}

function cutDocument(document: UserDocument | null): UserDocument | null {
  return document === null ? null : { ...document, slots: cutAll(document.slots) };
}

function cutAll<Content extends SlotContent>(
  contents: readonly Content[],
): readonly (Content & ShownContent)[] {
  return contents.map((content) => {
    const { json, html } = cutHtml(content.contentJson);
    return { ...content, contentJson: json, html };
  });
}

/** Generic content is in every body, and is the same list until some of it changes. */
function rememberLast<From extends object, To>(make: (from: From) => To): (from: From) => To {
  let last: { from: From; to: To } | null = null;
  return (from) => {
    if (last?.from !== from) last = { from, to: make(from) };
    return last.to;
  };
}

function asFallback(json: string): Config['slots'][string] {
  return { generic: JSON.parse(json) };
}
