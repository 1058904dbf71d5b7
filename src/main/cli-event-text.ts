// How events look: as lines of a timeline, and as a page about one.

import type { EventHistory, UnitHistory } from '../domain/worker/history.ts';
import { factLines, shortened } from './cli-content-text.ts';
import { cutLine, printable } from './cli-table.ts';
import { momentText, spanText } from './cli-time.ts';

/** When the command looked, by this machine's clock. */
type Look = { nowMs: number; columns: number | null };

export function timelineLines(events: readonly EventHistory[], look: Look): string[] {
  return events.flatMap((event, index) => {
    const head = `${momentText(event.acceptedAtMs)}  ${event.type}  ${event.source} ${event.id}  ${event.ticket}`;
    return [
      ...(index === 0 ? [] : ['']),
      shortened(head, look.columns),
      ...unitLines(event, look, '  '),
    ];
  });
}

/** One line for each unit, and one more for why it failed. */
export function unitLines(event: EventHistory, look: Look, indent: string): string[] {
  const { units, acceptedAtMs } = event;
  if (units.length === 0) return [`${indent}begun; nothing of it has ended yet`];
  const rows = units.map((unit) => ({ unit, when: afterText(unit, acceptedAtMs) }));
  const whenWidth = Math.max(...rows.map(({ when }) => when.length));
  const nameWidth = Math.max(...units.map(({ name }) => nameText(name).length));
  return rows.flatMap(({ unit, when }) => {
    const state = stateText(unit, look.nowMs);
    const line = `${indent}${when.padStart(whenWidth)}  ${nameText(unit.name).padEnd(nameWidth)}  ${state}`;
    const error = unit.error === null ? [] : [`${indent}${' '.repeat(whenWidth)}  ${unit.error}`];
    return [line, ...error].map((text) => cutLine(text, look.columns));
  });
}

const nameText = (name: string) => (name === '' ? '(the whole event)' : name);

function afterText({ settledAtMs }: UnitHistory, acceptedAtMs: number): string {
  if (settledAtMs === null) return '-';
  return settledAtMs < acceptedAtMs ? '0 ms' : spanText(settledAtMs - acceptedAtMs);
}

function stateText(unit: UnitHistory, nowMs: number): string {
  const { state, letter, attempts, dueAtMs } = unit;
  if (state === 'dead') {
    const why = letter === null ? 'its letter was dropped' : letter.reason;
    const key = letter === null ? '' : `  dead show ${letter.key.slice(0, 12)}`;
    return `dead: ${why}${attempts === null ? '' : `, ${attempts} attempts`}${key}`;
  }
  if (state !== 'waiting') return state;
  const failed = attempts === null || attempts === 0 ? '' : `${attempts} failed, `;
  if (dueAtMs === null) return 'waiting: it runs now';
  return `waiting: ${failed}next attempt ${dueAtMs <= nowMs ? 'is due' : `in ${spanText(dueAtMs - nowMs)}`}`;
}

export type Family = { parent: EventHistory | null; followUps: readonly EventHistory[] };

export function eventPage(event: EventHistory, family: Family, look: Look): string[] {
  const facts: [string, string][] = [
    ['event', `${event.type}  ${event.source} ${event.id}`],
    ['ticket', event.ticket],
    ['user', event.user ?? '(everyone)'],
    ['lane', event.lane],
    ['stamp', String(event.stamp)],
    ['accepted', momentText(event.acceptedAtMs)],
    ['data', event.dataJson ?? '(emptied)'],
  ];
  const { parent, followUps } = family;
  if (parent !== null) facts.push(['reported by', `${parent.source} ${parent.id}`]);
  return [
    ...factLines(facts, look.columns),
    '',
    ...unitLines(event, look, ''),
    ...followUps.flatMap((child) => [
      '',
      shortened(`reported ${child.type}  ${child.source} ${child.id}`, look.columns),
      ...unitLines(child, look, '  '),
    ]),
  ];
}

export function eventJson({ acceptedAtMs, dataJson, units, ...event }: EventHistory) {
  return {
    ...event,
    acceptedAt: momentText(acceptedAtMs),
    data: dataJson === null ? null : (JSON.parse(dataJson) as unknown),
    units: units.map(({ settledAtMs, dueAtMs, ...unit }) => ({
      ...unit,
      settledAt: settledAtMs === null ? null : momentText(settledAtMs),
      dueAt: dueAtMs === null ? null : momentText(dueAtMs),
    })),
  };
}

/** For an error: an id may hold anything. */
export function namedEvent(source: string, id: string): string {
  return `${printable(source)} ${printable(id)}`;
}
