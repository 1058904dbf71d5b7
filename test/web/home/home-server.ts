// A region without a platform: serves the home page and whatever documents a test gives it, so that
// the client is tested by itself.

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageAssets } from '../../../src/domain/replica/page-assets.ts';
import { pageHeaders, pageType } from '../../../src/inbound/http-page-headers.ts';
import { loadPage } from '../../../src/main/load-page.ts';
import { listenHttp } from '../../http-listener.ts';

export type ShownSlot = {
  state: 'personal' | 'generic' | 'pending';
  stamp?: number;
  content: { html?: string; [member: string]: unknown };
};
export type ShownDocument = { [slot: string]: ShownSlot };
export type ReceivedEvent = { id: string; type: string; data: { [name: string]: unknown } };

const folder = new URL('../../../web/home/', import.meta.url);
const clientEventsUrl = '/v1/client-events';

export type HomeServer = Awaited<ReturnType<typeof startHomeServer>>;

export async function startHomeServer({ sessionUrl = '/demo/session' } = {}) {
  const places = { clientEventsUrl, sessionUrl };
  const loaded = await loadPage({ page: { folder } }, { ...places, maxPageBytes: 8_000_000 });
  const { shell, files } = loaded as PageAssets;
  const headers = pageHeaders(places);
  const streams = new Set<ServerResponse>();
  const state = {
    /** `null`: nobody is logged in. */
    user: 'ada' as string | null,
    /** Who one may become; a company's own login names nobody. */
    people: ['ada', 'ben'] as string[] | undefined,
    /** What the login answers. */
    sessionStatus: 200,
    sessionsAsked: 0,
    page: {} as ShownDocument,
    document: {} as ShownDocument,
    /** Each is answered once, to the first events of its type. */
    refusals: [] as { type: string; status: number }[],
    /** What the stream answers. */
    streamStatus: 200,
    missing: new Set<string>(),
    tokensGiven: 0,
  };
  const received: { events: ReceivedEvent[]; authorization: string }[] = [];
  const streamsAsked: string[] = [];

  const { url, close } = await listenHttp((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const [, asset] = /^\/assets\/(.+)$/.exec(path) ?? [];
    if (asset !== undefined) return serveAsset(asset, response);
    const route = routes.get(`${request.method} ${path}`);
    if (route === undefined) return void response.writeHead(404).end();
    return void route(request, response);
  });

  function serveAsset(name: string, response: ServerResponse) {
    const file = files.get(name);
    const isMissing = [...state.missing].some((part) => name.includes(part));
    if (file === undefined || isMissing) return void response.writeHead(404).end();
    return void response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
  }

  const json = (response: ServerResponse, value: unknown, status = 200) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(value));

  const routes = new Map<string, (request: IncomingMessage, response: ServerResponse) => unknown>([
    [
      'GET /',
      (_, response) =>
        response
          .writeHead(200, { 'content-type': pageType, ...headers })
          .end(shell.replace('<!-- slots -->', fragments(state.page))),
    ],
    ['GET /v1/generic', (_, response) => json(response, { slots: withoutHtml(state.document) })],
    [
      'GET /v1/content/me',
      (_, response) => json(response, { user: state.user, slots: withoutHtml(state.document) }),
    ],
    ['GET /v1/content/me/stream', openStream],
    [
      'GET /demo/session',
      (_, response) => {
        state.sessionsAsked += 1;
        const people = state.people?.map((user) => ({ user, name: user, about: `is ${user}` }));
        return json(response, { user: state.user, people }, state.sessionStatus);
      },
    ],
    [
      'POST /demo/session',
      async (request, response) => {
        state.user = (await bodyOf<{ user: string | null }>(request)).user;
        response.writeHead(204).end();
      },
    ],
    [
      'POST /demo/session/token',
      (_, response) => {
        if (state.user === null) return json(response, {}, 401);
        state.tokensGiven += 1;
        const expiresAt = new Date(Date.now() + 900_000).toISOString();
        return json(response, { token: `token-${state.tokensGiven}`, expiresAt });
      },
    ],
    [`POST ${clientEventsUrl}`, takeEvents],
  ]);

  function openStream(request: IncomingMessage, response: ServerResponse) {
    streamsAsked.push(String(request.headers['last-event-id'] ?? ''));
    const status = state.user === null ? 401 : state.streamStatus;
    if (status !== 200) return void response.writeHead(status).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.add(response);
    response.once('close', () => streams.delete(response));
    return void response.write(eventOf(state, streamsAsked.at(-1) ?? ''));
  }

  async function takeEvents(request: IncomingMessage, response: ServerResponse) {
    const { events } = await bodyOf<{ events: ReceivedEvent[] }>(request);
    const refused = state.refusals.find(({ type }) => events.some((event) => event.type === type));
    if (refused !== undefined) {
      state.refusals = state.refusals.filter((refusal) => refusal !== refused);
      return void response.writeHead(refused.status).end();
    }
    received.push({ events, authorization: request.headers.authorization ?? '' });
    return json(response, { tickets: events.map(({ id }) => id) }, 202);
  }

  return {
    ...{ url, close, state, received, streamsAsked },

    /** What the page shows from the start, and the document that goes with it. */
    lay(document: ShownDocument) {
      state.page = document;
      state.document = document;
    },

    push(document: ShownDocument) {
      state.document = document;
      for (const stream of streams) stream.write(eventOf(state, ''));
    },

    endStreams() {
      for (const stream of streams) stream.end();
    },

    eventsOf: (type: string) =>
      received.flatMap(({ events }) => events).filter((event) => event.type === type),
  };
}

function fragments(document: ShownDocument): string {
  return Object.entries(document)
    .filter(([, { content }]) => content.html !== undefined)
    .map(([slot, { state, stamp, content }]) => {
      const stamped = state === 'personal' ? ` data-stamp="${stamp}"` : '';
      return `<div data-slot="${slot}" data-state="${state}"${stamped}>${content.html}</div>`;
    })
    .join('');
}

function withoutHtml(document: ShownDocument) {
  return Object.fromEntries(
    Object.entries(document).map(([slot, { content, ...rest }]) => {
      const { html: _, ...shown } = content;
      return [slot, { ...rest, content: shown }];
    }),
  );
}

type Told = { user: string | null; document: ShownDocument };

function eventOf({ user, document }: Told, known: string): string {
  const data = JSON.stringify({ user, version: 1, slots: withoutHtml(document) });
  const id = createHash('sha256').update(data).digest('hex').slice(0, 12);
  return id === known ? ':\n\n' : `event: document\nid: ${id}\ndata: ${data}\n\n`;
}

async function bodyOf<T>(request: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
