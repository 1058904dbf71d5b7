// The bytes a client reads: personal content where there is some, generic content where not.
//
// Content is JSON text when it comes and when it goes. It is spliced in as it is, so that a number
// keeps its digits and a read costs the same however deep the content is.

import type { Config } from '../config.ts';
import type { GenericContent, SlotContent, SlotState, UserDocument } from '../document.ts';

export type ComposeCall = {
  user: string;
  /** `null` for a user nobody has stored anything for, or not yet here. */
  document: UserDocument | null;
  generic: readonly GenericContent[];
  nowMs: number;
  /** Whether personal content of the slot may be on its way. */
  isPending: (slot: string) => boolean;
};

/** `html`: what the page shows of it, where the configuration has one. */
export type ShownContent = SlotContent & { html?: string | null };

/** What a document shows in a slot. `content`: `null` stands for the configured fallback. */
export type ShownSlot = { slot: string; state: SlotState; content: ShownContent | null };

export type ComposedDocument = {
  /** JSON text, its slots in the order of `shown`. */
  json: string;
  shown: readonly ShownSlot[];
  /** Slots that show generic content. */
  filled: readonly string[];
  /** When the first of what is shown expires, Unix milliseconds; `null`: never. */
  shownUntilMs: number | null;
};

type ComposedGeneric = Pick<ComposedDocument, 'json' | 'shown'>;

export type DocumentComposer = {
  document(call: ComposeCall): ComposedDocument;
  /** JSON text of one slot as it stands in the document; `null` when there is no such slot. */
  slot(call: ComposeCall, slot: string): string | null;
  /** What everyone is shown who has no content of their own, in the given state. */
  genericDocument(call: GenericCall, state: SlotState): ComposedGeneric;
  /** HTML of the page that shows what a document shows; `null`: the configuration has none. */
  page: ((shown: readonly ShownSlot[]) => string) | null;
  /** What a composed body depends on besides the user's document: equal keys, equal fillers. */
  key(call: GenericCall): string;
};

export type GenericCall = Pick<ComposeCall, 'generic' | 'nowMs'>;

/** Its slots come in the order given, which is that of the configuration unless it is said. */
export type OrderedComposer = Omit<DocumentComposer, 'document' | 'genericDocument'> & {
  document(call: ComposeCall, order?: readonly string[]): ComposedDocument;
  genericDocument(call: GenericCall, state: SlotState, order?: readonly string[]): ComposedGeneric;
};

/** Raised with each change of what a body looks like: no file of an older release may stay. */
const bodyFormat = 1;

export function createDocumentComposer(slots: Config['slots']): OrderedComposer {
  const fallbacks = new Map(
    Object.entries(slots).map(([slot, { generic }]) => [slot, JSON.stringify(generic)]),
  );
  const names = [...fallbacks.keys()];

  function slotOf(call: ComposeCall, slot: string): ComposedSlot {
    const { document, generic, nowMs } = call;
    const own = newest(document?.slots, slot, nowMs);
    if (own !== null) return { slot, state: 'personal', content: own, json: personalSlot(own) };
    const filler = newest(generic, slot, nowMs);
    return fillerSlot(slot, filler, call.isPending(slot) ? 'pending' : 'generic');
  }

  function fillerSlot(slot: string, content: SlotContent | null, state: SlotState): ComposedSlot {
    const json = `{"state":"${state}","content":${content?.contentJson ?? fallbacks.get(slot)}}`;
    return { slot, state, content, json };
  }

  return {
    document(call, order = names) {
      const user = JSON.stringify(call.user);
      const shown = order.map((slot) => slotOf(call, slot));
      const bodies = joinSlots(shown);
      const expiries = shown.flatMap(({ content }) => content?.expiresAtMs ?? []);
      return {
        json: `{"user":${user},"version":${call.document?.version ?? 0},"slots":${bodies}}`,
        shown,
        filled: shown.filter(({ state }) => state !== 'personal').map(({ slot }) => slot),
        shownUntilMs: expiries.length === 0 ? null : Math.min(...expiries),
      };
    },
    slot: (call, slot) => (fallbacks.has(slot) ? slotOf(call, slot).json : null),
    genericDocument({ generic, nowMs }, state, order = names) {
      const shown = order.map((slot) => fillerSlot(slot, newest(generic, slot, nowMs), state));
      return { json: `{"slots":${joinSlots(shown)}}`, shown };
    },
    page: null,
    key({ generic, nowMs }) {
      const shown = generic.filter((content) => isShown(content, nowMs));
      return JSON.stringify([
        bodyFormat,
        ...fallbacks,
        ...shown.map(({ slot, version }) => [slot, version]),
      ]);
    },
  };
}

/** Slots without personal content to show, and the stamp of what they held last; 0 if nothing. */
export function lackingSlots(
  slots: readonly string[],
  document: UserDocument | null,
  nowMs: number,
): { slot: string; basis: number }[] {
  return slots
    .filter((slot) => newest(document?.slots, slot, nowMs) === null)
    .map((slot) => ({
      slot,
      basis: document?.slots.find((content) => content.slot === slot)?.stamp ?? 0,
    }));
}

type ComposedSlot = ShownSlot & { json: string };

/** The slot's content among `contents`, unless it has expired. */
export function newest<Content extends SlotContent>(
  contents: readonly Content[] | undefined,
  slot: string,
  nowMs: number,
): Content | null {
  return contents?.find((content) => content.slot === slot && isShown(content, nowMs)) ?? null;
}

/** Expired content is hidden; only a newer version takes its place. */
function isShown({ expiresAtMs }: SlotContent, nowMs: number): boolean {
  return expiresAtMs === null || expiresAtMs > nowMs;
}

function personalSlot({ stamp, event, ...content }: SlotContent): string {
  const { source, id, type } = event;
  const facts = JSON.stringify({
    state: 'personal' satisfies SlotState,
    stamp,
    event: { source, id, type },
    generatedAt: isoTime(content.generatedAtMs),
    ...(content.expiresAtMs !== null && { expiresAt: isoTime(content.expiresAtMs) }),
  });
  return `${facts.slice(0, -1)},"content":${content.contentJson}}`;
}

function joinSlots(slots: readonly { slot: string; json: string }[]): string {
  return `{${slots.map(({ slot, json }) => `${JSON.stringify(slot)}:${json}`).join(',')}}`;
}

function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
