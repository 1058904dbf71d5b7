// Documents and generic content as lines: the facts in the head, each slot's content on a line.
//
// JSON text made by JSON.stringify has no line feed, so content travels without being parsed or
// escaped and arrives as the very bytes its generator made, while every line stays readable JSON.

import { type Static, Type } from '@sinclair/typebox';
import {
  type GenericContent,
  maxSlotBytes,
  type SlotContent,
  type UserDocument,
} from '../domain/document.ts';
import { isUser } from '../domain/event.ts';
import { parse, Text, WholeNumber } from './message.ts';
import { refusal } from './refusal.ts';

const SlotHead = Type.Object({
  slot: Text,
  stamp: WholeNumber,
  event: Type.Object({ source: Text, id: Text, type: Text }),
  generatedAtMs: WholeNumber,
  expiresAtMs: Type.Union([WholeNumber, Type.Null()]),
});

const DocumentHead = Type.Object({
  user: Type.String(),
  version: WholeNumber,
  storedAtMs: WholeNumber,
  slots: Type.Array(SlotHead),
});

const GenericHead = Type.Composite([
  SlotHead,
  // A worker of the release before writes no `withdrawnBelow`, and knows of nothing withdrawn.
  Type.Object({ version: WholeNumber, withdrawnBelow: Type.Optional(WholeNumber) }),
]);

/** Part of the head of every message that carries content. */
export const contentFields = {
  documents: Type.Array(DocumentHead),
  generic: Type.Array(GenericHead),
};

type Content = { documents: readonly UserDocument[]; generic: readonly GenericContent[] };
type ContentHead = {
  documents: Static<typeof DocumentHead>[];
  generic: Static<typeof GenericHead>[];
};

/** Returns the content's part of the head, and the lines that must follow it. */
export function writeContent(content: Content): { head: ContentHead; lines: string[] } {
  const lines: string[] = [];
  const slotHead = ({ contentJson, slot, stamp, event, ...times }: SlotContent) => {
    // A line feed in JSON is white space between tokens: text indented by hand may have some.
    lines.push(contentJson.replaceAll('\n', ' '));
    const { source, id, type } = event;
    const { generatedAtMs, expiresAtMs } = times;
    return { slot, stamp, event: { source, id, type }, generatedAtMs, expiresAtMs };
  };
  const documents = content.documents.map(({ user, version, storedAtMs, slots }) => {
    return { user, version, storedAtMs, slots: slots.map(slotHead) };
  });
  const generic = content.generic.map((slot) => {
    const { version, withdrawnBelow } = slot;
    return { ...slotHead(slot), version, withdrawnBelow };
  });
  return { head: { documents, generic }, lines };
}

/** The reverse. Throws `rejected` when a line is missing, left over, too long or not JSON. */
export function readContent(head: ContentHead, lines: readonly string[]): Content {
  let next = 0;
  const slotContent = (fields: Static<typeof SlotHead>): SlotContent => {
    const contentJson = lines[next++];
    if (contentJson === undefined) throw refusal('A line of content is missing.');
    checkContent(contentJson);
    const { slot, stamp, generatedAtMs, expiresAtMs } = fields;
    const { source, id, type } = fields.event;
    return { slot, stamp, event: { source, id, type }, generatedAtMs, expiresAtMs, contentJson };
  };
  const documents = head.documents.map(({ user, version, storedAtMs, slots }) => {
    if (!isUser(user)) throw refusal('A document is not of a user.');
    return { user, version, storedAtMs, slots: slots.map(slotContent) };
  });
  const generic = head.generic.map((slot) => {
    const { version, withdrawnBelow = 0 } = slot;
    return { ...slotContent(slot), version, withdrawnBelow };
  });
  if (next !== lines.length) throw refusal(`${lines.length - next} line(s) of content too many.`);
  return { documents, generic };
}

function checkContent(contentJson: string): void {
  if (Buffer.byteLength(contentJson) > maxSlotBytes) {
    throw refusal(`Content of a slot has more than ${maxSlotBytes} bytes.`);
  }
  // Broken text would break every document it is spliced into. This costs 4 µs a KiB.
  parse(contentJson);
}
