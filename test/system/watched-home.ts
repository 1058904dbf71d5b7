// One person at the home page of solo mode, without a browser: signed in, watching in every region, and
// pressing buttons as the page does.

import { randomUUID } from 'node:crypto';
import { readServerSentEvents } from '../../web/demo/server-sent-events.js';

type Slot = {
  state: string;
  content: {
    template: string;
    data: { id: string; title: string; subtitle?: string; text?: string };
    slots: string[];
  };
};

export type HomeSlots = { readonly [slot: string]: Slot | undefined };

export type Person = {
  cookie: string;
  /** Reports one event as its browser would; resolves with the ticket. */
  press(type: string, data: object, id?: string): Promise<string>;
  /** Resolves when the streams of all regions have brought what is asked for. */
  sees(what: (slots: HomeSlots) => boolean): Promise<void>;
  /** What the last of their streams showed. */
  slots(): HomeSlots;
  leave(): void;
};

export async function openPerson(
  { ingest, regions }: { ingest: string; regions: { readonly [region: string]: string } },
  user: string,
): Promise<Person> {
  const [region = ''] = Object.values(regions);
  const post = (path: string, cookie: string, body: object) =>
    fetch(`${region}/demo/session${path}`, {
      method: 'POST',
      headers: { origin: region, 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
  const login = await post('', '', { user });
  const [cookie = ''] = (login.headers.get('set-cookie') ?? '').split(';');
  const { token } = (await (await post('/token', cookie, {})).json()) as { token: string };
  const leaving = new AbortController();
  const streams = await Promise.all(
    Object.values(regions).map((url) =>
      watch(`${url}/v1/content/me/stream`, cookie, leaving.signal),
    ),
  );
  return {
    cookie,
    async press(type, data, id = randomUUID()) {
      const answer = await fetch(`${ingest}/v1/client-events`, {
        method: 'POST',
        headers: {
          ...{ origin: region, 'content-type': 'application/json' },
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ events: [{ id, type, data }] }),
      });
      const text = await answer.text();
      if (answer.status !== 202) throw new Error(`${answer.status} ${text}`);
      return (JSON.parse(text) as { tickets: [string] }).tickets[0];
    },
    async sees(what) {
      await Promise.all(streams.map((stream) => stream.sees(what)));
    },
    slots: () => streams.at(-1)?.slots() ?? {},
    leave: () => leaving.abort(),
  };
}

async function watch(url: string, cookie: string, signal: AbortSignal) {
  const response = await fetch(url, { headers: { cookie }, signal });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  let slots: HomeSlots = {};
  const waiting = new Set<() => void>();
  const read = async (body: ReadableStream<Uint8Array>) => {
    for await (const { data } of readServerSentEvents(body)) {
      slots = (JSON.parse(data) as { slots: HomeSlots }).slots;
      for (const look of [...waiting]) look();
    }
  };
  // It ends when its person leaves.
  read(response.body).catch(() => {});
  return {
    slots: () => slots,
    sees(what: (slots: HomeSlots) => boolean): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          if (!what(slots)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
  };
}
