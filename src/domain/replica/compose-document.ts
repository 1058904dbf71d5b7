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

export type ComposedDocument = {
  /** JSON text, its slots in the order of the configuration. */
  json: string;
  /** Slots that show generic content. */
  filled: readonly string[];
  /** When the first of what is shown expires, Unix milliseconds; `null`: never. */
  shownUntilMs: number | null;
};

export type DocumentComposer = {
  document(call: ComposeCall): ComposedDocument;
  /** JSON text of one slot as it stands in the document; `null` when there is no such slot. */
  slot(call: ComposeCall, slot: string): string | null;
  /** JSON text of what everyone is shown who has no content of their own, in the given state. */
  genericDocument(call: Pick<ComposeCall, 'generic' | 'nowMs'>, state: SlotState): string;
  /** What a composed body depends on besides the user's document: equal keys, equal fillers. */
  key(call: Pick<ComposeCall, 'generic' | 'nowMs'>): string;
};

/** Raised with each change of what a body looks like: no file of an older release may stay. */
const bodyFormat = 1;

export function createDocumentComposer(slots: Config['slots']): DocumentComposer {
  const fallbacks = new Map(
    Object.entries(slots).map(([slot, { generic }]) => [slot, JSON.stringify(generic)]),
  );
  const names = [...fallbacks.keys()];

  /** The JSON text of a slot, and what it shows; `null` stands for the configured fallback. */
  function slotOf(call: ComposeCall, slot: string): { json: string; shown: Shown } {
    const { document, generic, nowMs } = call;
    const own = newest(document?.slots, slot, nowMs);
    if (own !== null) return { json: personalSlot(own), shown: { ...own, isPersonal: true } };
    const filler = newest(generic, slot, nowMs);
    return {
      json: fillerSlot(slot, filler, call.isPending(slot) ? 'pending' : 'generic'),
      shown: { expiresAtMs: filler?.expiresAtMs ?? null, isPersonal: false },
    };
  }

  function fillerSlot(slot: string, filler: SlotContent | null, state: SlotState): string {
    return `{"state":"${state}","content":${filler?.contentJson ?? fallbacks.get(slot)}}`;
  }

  return {
    document(call) {
      const user = JSON.stringify(call.user);
      const slots = names.map((slot) => ({ slot, ...slotOf(call, slot) }));
      const bodies = joinSlots(slots);
      const expiries = slots.flatMap(({ shown }) => shown.expiresAtMs ?? []);
      return {
        json: `{"user":${user},"version":${call.document?.version ?? 0},"slots":${bodies}}`,
        filled: slots.filter(({ shown }) => !shown.isPersonal).map(({ slot }) => slot),
        shownUntilMs: expiries.length === 0 ? null : Math.min(...expiries),
      };
    },
    slot: (call, slot) => (fallbacks.has(slot) ? slotOf(call, slot).json : null),
    genericDocument({ generic, nowMs }, state) {
      const slots = names.map((slot) => ({
        slot,
        json: fillerSlot(slot, newest(generic, slot, nowMs), state),
      }));
      return `{"slots":${joinSlots(slots)}}`;
    },
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

type Shown = { expiresAtMs: number | null; isPersonal: boolean };

/** The slot's content among `contents`, unless it has expired. */
function newest(
  contents: readonly SlotContent[] | undefined,
  slot: string,
  nowMs: number,
): SlotContent | null {
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
