// A cold read: a replica found nothing in a slot that a generator could fill, and asks for it. What
// it asks for becomes an event like any other, and this is how that event is named.

import { contentRequested } from './authors.ts';
import type { Config } from './config.ts';
import type { NameEvent } from './event.ts';
import { platformSource } from './reserved-sources.ts';

/** CloudEvents `source` of these events, whichever replica asked. */
export const contentRequestSource = platformSource('replica');

export type ContentRequest = {
  user: string;
  slot: string;
  /** Stamp of the content that the answer would replace, 0 when the slot holds none. */
  basis: number;
};

const hourMs = 3_600_000;

/**
 * Every replica that asks for the same within an hour of the clock names the same event, so one
 * unit does the work for all. The hour is part of the name because an event runs once: without it a
 * request whose generator failed, or had nothing to say, could never be made again for as long as
 * the slot stays as it is. It is a hash because ids outlive the erasure of whom they speak of.
 */
export function nameContentRequest(
  { user, slot, basis }: ContentRequest,
  nowMs: number,
  { ticketOf, digestOf }: NameEvent,
): { id: string; ticket: string } {
  const hour = Math.floor(nowMs / hourMs);
  const id = digestOf(contentRequested.type, [user, slot, basis, hour]);
  return { id, ticket: ticketOf(contentRequestSource, id) };
}

/** Whether a cold read made the event. */
export function isRequested({ type }: { type: string }): boolean {
  return type === contentRequested.type;
}

/** Slots that some generator fills on request. */
export function requestableSlots({ generators }: Pick<Config, 'generators'>): ReadonlySet<string> {
  const onRequest = generators.filter(({ on }) => on.includes(contentRequested.type));
  return new Set(onRequest.map((generator) => generator.slot));
}
