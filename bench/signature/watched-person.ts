// One person of the home page: their stream is open in each region, and what they press is reported.

import { randomUUID } from 'node:crypto';
import type { Edge } from '../edge/open-edge.ts';
import { send } from '../edge/send.ts';
import { type OpenStream, openStream } from '../edge/stream-client.ts';

type Document = { slots: { readonly [slot: string]: { content: Content } } };
type Content = {
  slots: readonly string[];
  data: { id: string; subtitle?: string; text?: string };
};

export type Shown = (slot: string) => Content | undefined;

export type WatchedPerson = {
  /** Reports one event as their browser would; resolves with the status. */
  press(type: string, data: { readonly [name: string]: string }): Promise<number>;
  /**
   * Resolves with the time at which the last of the streams brought what is asked for, `null` when
   * one has not by the end of all patience.
   */
  sees(what: (shown: Shown) => boolean): Promise<number | null>;
  /** What the first stream showed last. */
  shown: Shown;
  /** Documents that the streams have brought, all together. */
  documents(): number;
  close(): void;
};

const patienceMs = 10_000;

export async function watchPerson(edge: Edge, user: string): Promise<WatchedPerson> {
  const token = await edge.tokenOf(user);
  const last = new Map<string, { document: Document; atMs: number }>();
  const looks = new Set<() => void>();
  let documents = 0;
  const streams: OpenStream[] = await Promise.all(
    edge.doors.map((door) =>
      openStream<Document>({
        ...{ door, token },
        onDocument(document, atMs) {
          documents += 1;
          last.set(door.region, { document, atMs });
          for (const look of looks) look();
        },
        onEnd: (reason) => console.error(`The stream in ${door.region} ended: ${reason}`),
      }),
    ),
  );
  const [first] = edge.doors;
  const origin = new URL(first?.url ?? '').origin;
  const shownIn = (region: string): Shown => {
    return (slot) => last.get(region)?.document.slots[slot]?.content;
  };
  return {
    async press(type, data) {
      const headers = {
        ...{ origin, 'content-type': 'application/json', authorization: `Bearer ${token}` },
      };
      const body = JSON.stringify({ events: [{ id: randomUUID(), type, data }] });
      return (await send(`${edge.ingestUrl}/v1/client-events`, { headers, body })).status;
    },
    sees(what) {
      const isSeen = () => edge.doors.every(({ region }) => what(shownIn(region)));
      return new Promise((resolve) => {
        const end = (atMs: number | null) => {
          clearTimeout(timer);
          looks.delete(look);
          resolve(atMs);
        };
        const look = () => {
          if (isSeen()) end(Math.max(...[...last.values()].map(({ atMs }) => atMs)));
        };
        const timer = setTimeout(() => end(null), patienceMs);
        looks.add(look);
        look();
      });
    },
    shown: shownIn(first?.region ?? ''),
    documents: () => documents,
    close() {
      for (const stream of streams) stream.close();
    },
  };
}
