// Which event reported another one, and which ones it reported itself, found by their names.

import type { EventHistory, Histories } from './history.ts';

/** Asked about at a time: units report in order and without gaps, so an empty answer is the end. */
const idsAtATime = 200;

export type EventFamily = { parent: EventHistory | null; followUps: readonly EventHistory[] };

export async function readFamily(
  histories: Histories,
  ticketOf: (source: string, id: string) => string,
  event: EventHistory,
): Promise<EventFamily> {
  const parentId = parentIdOf(event.id);
  const parents =
    parentId === null ? [] : await histories.events([ticketOf(event.source, parentId)]);
  const followUps: EventHistory[] = [];
  for (const { name } of event.units) {
    for (let from = 0; ; from += idsAtATime) {
      const ids = Array.from({ length: idsAtATime }, (_, at) => `${event.id}#${name}#${from + at}`);
      const found = await histories.events(ids.map((id) => ticketOf(event.source, id)));
      followUps.push(...found);
      if (found.length === 0) break;
    }
  }
  const parent = parents.find(({ acceptedAtMs }) => acceptedAtMs === event.acceptedAtMs) ?? null;
  return { parent, followUps };
}

/** By its name: a producer may give such a name, too. */
export function isFollowUp({ id }: { id: string }): boolean {
  return parentIdOf(id) !== null;
}

/** A unit's follow-up is named `<id>#<name of the unit>#<number>`, see follow-up-events.ts. */
function parentIdOf(id: string): string | null {
  return /^(.+)#[^#]+#\d+$/s.exec(id)?.[1] ?? null;
}
