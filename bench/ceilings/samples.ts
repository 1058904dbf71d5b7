// What the ceilings work with: the events, documents and rows of suite `position`, made beforehand.

import type { UserDocument } from '../../src/domain/document.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import { createDocumentComposer } from '../../src/domain/replica/compose-document.ts';
import type { FinishedUnit } from '../../src/domain/worker/finished-unit.ts';
import { digestOf } from '../../src/wire/digest.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { config } from '../position/generators/config.ts';
import { offersAtLogin } from '../position/generators/offers.ts';
import { data, idOf, source, type, userOf } from '../position/login.ts';

/** Units of one transaction, and documents of one bundle. */
export const batchSize = 100;

const composer = createDocumentComposer(config.slots);

export function eventsOf(run: string, count: number): AcceptedEvent[] {
  const acceptedAtMs = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const id = idOf({ run, index });
    return {
      ...{ source, id, type, user: userOf({ run, index }), lane: 'interactive', data },
      ...{ stamp: acceptedAtMs * 4096 + index, acceptedAtMs },
      ...{ ticket: ticketOf(source, id), digest: digestOf(type, data) },
    };
  });
}

/** By the generator itself, called as any function. */
export async function contentJsonOf(event: AcceptedEvent): Promise<string> {
  const { source, id, type, data } = event;
  const told = { source, id, type, data, user: event.user ?? '' };
  const made = await offersAtLogin.generate({
    event: { ...told, acceptedAt: new Date(event.acceptedAtMs) },
    ...{ earlier: [], previous: null, signal: new AbortController().signal },
    log: { info() {}, warn() {}, error() {} },
  });
  return JSON.stringify(made?.content);
}

export function documentOf(event: AcceptedEvent, contentJson: string): UserDocument {
  const { user, stamp, acceptedAtMs } = event;
  const slot = { slot: offersAtLogin.slot, stamp, event, contentJson, expiresAtMs: null };
  return {
    ...{ user: user ?? '', version: acceptedAtMs, storedAtMs: acceptedAtMs },
    slots: [{ ...slot, generatedAtMs: acceptedAtMs }],
  };
}

/** What a position of it holds. */
export function bodyOf(document: UserDocument): string {
  const { user, storedAtMs: nowMs } = document;
  return composer.document({ user, document, generic: [], nowMs, isPending: () => false }).json;
}

export function unitOf(event: AcceptedEvent, contentJson: string): FinishedUnit {
  const { name, slot } = offersAtLogin;
  const result = { kind: 'content', contentJson, withdraw: false } as const;
  return {
    ...{ event, unit: { name, slot }, unitNames: [name] },
    result: { ...result, generatedAtMs: event.acceptedAtMs, expiresAtMs: null },
  };
}

export async function documentsOf(run: string, count: number): Promise<UserDocument[]> {
  const events = eventsOf(run, count);
  return Promise.all(events.map(async (event) => documentOf(event, await contentJsonOf(event))));
}

export function inBatches<Item>(items: readonly Item[]): Item[][] {
  const batches = Math.ceil(items.length / batchSize);
  return Array.from({ length: batches }, (_, at) =>
    items.slice(at * batchSize, (at + 1) * batchSize),
  );
}
