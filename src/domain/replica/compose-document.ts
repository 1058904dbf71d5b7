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
  /** Whether this replica has everything there is, as far as it knows. */
  isCaughtUp: boolean;
};

export type DocumentComposer = {
  /** JSON text of a whole document, its slots in the order of the configuration. */
  document(call: ComposeCall): string;
  /** JSON text of one slot as it stands in the document; `null` when there is no such slot. */
  slot(call: ComposeCall, slot: string): string | null;
  /** JSON text of what everyone is shown who has no content of their own. */
  genericDocument(call: Pick<ComposeCall, 'generic' | 'nowMs'>): string;
};

export function createDocumentComposer(slots: Config['slots']): DocumentComposer {
  const fallbacks = new Map(
    Object.entries(slots).map(([slot, { generic }]) => [slot, JSON.stringify(generic)]),
  );
  const names = [...fallbacks.keys()];

  function genericSlot(
    slot: string,
    { generic, nowMs }: Pick<ComposeCall, 'generic' | 'nowMs'>,
    state: SlotState,
  ): string {
    const newest = generic.find((content) => content.slot === slot && isShown(content, nowMs));
    return `{"state":"${state}","content":${newest?.contentJson ?? fallbacks.get(slot)}}`;
  }

  function slotOf(call: ComposeCall, slot: string): string {
    const { document, nowMs, isCaughtUp } = call;
    const own = document?.slots.find((content) => content.slot === slot && isShown(content, nowMs));
    if (own !== undefined) return personalSlot(own);
    // A stored document without the slot is the whole truth; an absent one may still arrive.
    return genericSlot(slot, call, document === null && !isCaughtUp ? 'pending' : 'generic');
  }

  return {
    document(call) {
      const user = JSON.stringify(call.user);
      const bodies = joinSlots(names, (slot) => slotOf(call, slot));
      return `{"user":${user},"version":${call.document?.version ?? 0},"slots":${bodies}}`;
    },
    slot: (call, slot) => (fallbacks.has(slot) ? slotOf(call, slot) : null),
    genericDocument(call) {
      return `{"slots":${joinSlots(names, (slot) => genericSlot(slot, call, 'generic'))}}`;
    },
  };
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

function joinSlots(names: readonly string[], bodyOf: (slot: string) => string): string {
  return `{${names.map((slot) => `${JSON.stringify(slot)}:${bodyOf(slot)}`).join(',')}}`;
}

function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
