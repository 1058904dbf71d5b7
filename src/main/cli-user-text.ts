// How a user's document looks: slot by slot, and where it is.

import type { SlotContent } from '../domain/document.ts';
import type { HeldReceipt } from '../domain/receipt.ts';
import type { DocumentHistory, SlotHistory } from '../domain/worker/history.ts';
import type { Served, ServedDocument } from '../outbound/http-region-door.ts';
import { factLines, headlineOf } from './cli-content-text.ts';
import { printable, tableLines } from './cli-table.ts';
import { agoText, momentText, spanText } from './cli-time.ts';

export type Region = { region: string; served: Served | null };

/** `personal`, or why a reader sees something else in the slot. */
function slotState(slot: SlotHistory, { nowMs }: DocumentHistory): string {
  const { expiresAtMs } = slot;
  if (expiresAtMs === null) return 'personal, never expires';
  const moment = momentText(expiresAtMs);
  if (expiresAtMs <= nowMs) return `expired at ${moment}, ${agoText(expiresAtMs, nowMs)}`;
  return `personal until ${moment}, for ${spanText(expiresAtMs - nowMs)} more`;
}

export function documentPage(history: DocumentHistory, columns: number | null): string[] {
  const { user, version, storedAtMs, erasedStamp, nowMs, slots, generic } = history;
  const stored = `${momentText(storedAtMs)}, ${agoText(storedAtMs, nowMs)}`;
  const facts: [string, string][] = [['user', user]];
  facts.push(['version', version === 0 ? '0: nothing was ever stored' : String(version)]);
  if (version > 0) facts.push(['stored', stored]);
  if (erasedStamp > 0) facts.push(['erased', `up to stamp ${erasedStamp}`]);
  const own = new Set(slots.map(({ slot }) => slot));
  return [
    ...factLines(facts, columns),
    ...slots.flatMap((slot) => ['', ...slotLines(slot, history, columns)]),
    ...generic
      .filter(({ slot }) => !own.has(slot))
      .flatMap((slot) => ['', ...genericLines(slot, columns)]),
  ];
}

function slotLines(slot: SlotHistory, history: DocumentHistory, columns: number | null): string[] {
  const { event, made, generatedAtMs } = slot;
  const head = `${slot.slot}  ${headlineOf(slot.contentJson, columns && columns - slot.slot.length - 2)}`;
  const facts: [string, string][] = [
    ['state', slotState(slot, history)],
    ['event', `${event.type}  ${event.source} ${event.id}`],
    ['stamp', String(slot.stamp)],
  ];
  if (made === null) facts.push(['generated', momentText(generatedAtMs)]);
  else {
    const { acceptedAtMs, settledAtMs, by, ticket } = made;
    facts.push(['ticket', ticket]);
    facts.push(['accepted', momentText(acceptedAtMs)]);
    facts.push(['generated', afterText(generatedAtMs, acceptedAtMs, by.join(', '))]);
    if (settledAtMs !== null) facts.push(['stored', afterText(settledAtMs, acceptedAtMs, '')]);
  }
  facts.push(['content', slot.contentJson]);
  return [head, ...factLines(facts, columns, '  ')];
}

function afterText(ms: number, sinceMs: number, by: string): string {
  const after = ms < sinceMs ? '' : `, ${spanText(ms - sinceMs)} after it was accepted`;
  return `${momentText(ms)}${by === '' ? '' : ` by ${by}`}${after}`;
}

function genericLines({ slot, event, ...generic }: SlotContent, columns: number | null): string[] {
  return [
    `${slot}  ${headlineOf(generic.contentJson, columns && columns - slot.length - 2)}`,
    ...factLines(
      [
        ['state', 'generic: nothing of their own is stored'],
        ['event', `${event.type}  ${event.source} ${event.id}`],
        ['generated', momentText(generic.generatedAtMs)],
        ['content', generic.contentJson],
      ],
      columns,
      '  ',
    ),
  ];
}

/** What a region serves, against the version that Postgres has. */
export function regionState({ served }: Region, version: number): string {
  if (served === null) return 'not asked: no key to sign a token with';
  if ('problem' in served) return served.problem;
  const { document } = served;
  if (document.version === version) return 'up to date';
  if (document.version > version) return 'newer than what was read from Postgres';
  return 'behind';
}

export function regionLines(
  regions: readonly Region[],
  version: number,
  columns: number | null,
): string[] {
  const rows = regions.map((region) => [
    region.region,
    region.served !== null && 'document' in region.served
      ? String(region.served.document.version)
      : '-',
    region.served !== null && 'document' in region.served ? shownIn(region.served.document) : '-',
    regionState(region, version),
  ]);
  return tableLines(['REGION', 'VERSION', 'SHOWS', 'STATE'], rows, columns);
}

/** What each replica has said that it laid down. */
export function receiptLines(
  receipts: readonly HeldReceipt[],
  { version, storedAtMs }: DocumentHistory,
  columns: number | null,
): string[] {
  const rows = receipts.map(({ instance, region, positioned }) => {
    if (positioned === null) return [instance, region, '-', 'not yet'];
    const isNewest = positioned.version >= version;
    const after = spanText(Math.max(0, positioned.atMs - storedAtMs));
    const state = isNewest ? `positioned ${after} after it was stored` : 'behind';
    return [instance, region, String(positioned.version), state];
  });
  return tableLines(['REPLICA', 'REGION', 'VERSION', 'RECEIPT'], rows, columns);
}

/** Counts by state: `1 personal, 2 generic`. */
function shownIn({ slots }: ServedDocument): string {
  const counts = new Map<string, number>();
  for (const { state } of Object.values(slots)) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${printable(state)}`).join(', ');
}

export function documentJson(
  history: DocumentHistory,
  regions: readonly Region[],
  receipts: readonly HeldReceipt[],
): string {
  const { slots, generic, storedAtMs, nowMs: _, ...rest } = history;
  return JSON.stringify({
    ...{ ...rest, storedAt: momentText(storedAtMs) },
    slots: slots.map(({ made, ...slot }) => ({
      ...contentFields(slot),
      made: made && {
        ...{ ticket: made.ticket, by: made.by, acceptedAt: momentText(made.acceptedAtMs) },
        settledAt: made.settledAtMs === null ? null : momentText(made.settledAtMs),
      },
    })),
    generic: generic.map(contentFields),
    replicas: receipts.map(({ positioned, ...replica }) => ({
      ...{ ...replica, version: positioned?.version ?? null },
      positionedAt: positioned === null ? null : momentText(positioned.atMs),
    })),
    regions: regions.map((region) => ({
      region: region.region,
      ...(region.served !== null && 'document' in region.served
        ? { version: region.served.document.version }
        : { version: null }),
      state: regionState(region, history.version),
    })),
  });
}

function contentFields({ slot, stamp, event, ...content }: SlotContent) {
  const { generatedAtMs, expiresAtMs, contentJson } = content;
  return {
    ...{ slot, stamp, event, generatedAt: momentText(generatedAtMs) },
    expiresAt: expiresAtMs === null ? null : momentText(expiresAtMs),
    content: JSON.parse(contentJson) as unknown,
  };
}
