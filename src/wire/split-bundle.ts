// Cuts a bundle into messages that no broker minds.

import type { ContentBundle, SlotContent, Stored, UserDocument } from '../domain/document.ts';

export type BundleLimits = {
  /** Documents and generic slots in one message. */
  maxDocuments: number;
  maxBytes: number;
};

/** More than the names of all fields of a slot, a document or an envelope take, with numbers. */
const framingBytes = 256;

/**
 * Returns bundles within the limits; a document that alone is larger travels alone. `resolved`
 * and `stored` come last, so that no part tells of content that a later part brings.
 */
export function splitBundle(bundle: ContentBundle, limits: BundleLimits): ContentBundle[] {
  const parts: Part[] = [];
  const partFor = (bytes: number, documents: number): Part => {
    const last = parts.at(-1);
    const isRoom =
      last !== undefined &&
      last.bytes + bytes <= limits.maxBytes &&
      last.count + documents <= limits.maxDocuments;
    const part = isRoom ? last : emptyPart(bundle);
    if (!isRoom) parts.push(part);
    part.bytes += bytes;
    part.count += documents;
    return part;
  };
  for (const document of bundle.documents) {
    partFor(documentBytes(document), 1).bundle.documents.push(document);
  }
  for (const generic of bundle.generic) {
    partFor(slotBytes(generic), 1).bundle.generic.push(generic);
  }
  for (const resolved of bundle.resolved) {
    partFor(framingBytes, 0).bundle.resolved.push(resolved);
  }
  for (const stored of bundle.stored ?? []) {
    partFor(framingBytes, 0).bundle.stored.push(stored);
  }
  return parts.map((part) => part.bundle);
}

type Part = ReturnType<typeof emptyPart>;

function emptyPart({ lane }: ContentBundle) {
  const bundle = {
    lane,
    documents: [] as ContentBundle['documents'][number][],
    generic: [] as ContentBundle['generic'][number][],
    resolved: [] as ContentBundle['resolved'][number][],
    stored: [] as Stored[],
  };
  return { bundle, bytes: framingBytes, count: 0 };
}

function documentBytes(document: UserDocument): number {
  const slots = document.slots.reduce((bytes, slot) => bytes + slotBytes(slot), 0);
  return framingBytes + jsonBytes(document.user) + slots;
}

function slotBytes({ slot, event, contentJson }: SlotContent): number {
  return framingBytes + jsonBytes(slot) + jsonBytes(event) + Buffer.byteLength(contentJson);
}

function jsonBytes(value: object | string): number {
  return Buffer.byteLength(JSON.stringify(value));
}
