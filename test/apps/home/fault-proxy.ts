// Stands between a product and whoever asks it, and does to the answers for some people what a product
// that is broken would do to all of them.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type HttpListener, listenHttp } from '../../http-listener.ts';

type Content = { template: string; data: object };

/** What the fault is, by the first word of the user's name: `huge.travel` gets 1 MB from travel. */
export const faults = {
  killed: null,
  slow: null,
  huge: { body: JSON.stringify({ template: 'x'.repeat(1024 * 1024) }) },
  broken: { body: '{"template":"card","data":{' },
  misfit: { change: (content: Content) => withData(content, { color: 'red' }) },
  script: { change: (content: Content) => scripted(content) as Content },
  expression: { change: (content: Content) => withData(content, { title: expressionText }) },
  markup: { change: (content: Content) => withData(content, { title: markupText }) },
} as const;

export type Fault = keyof typeof faults;

export const expressionText = "@{1+1} @{theme == 'dark'}";
export const markupText = '<img src=x onerror=alert(1)><b>bold</b>';

/** Every request is an answer of the product's, unless its user is one of those whom it fails. */
export function openFaultProxy(product: string, target: string): Promise<HttpListener> {
  return listenHttp((request, response) => {
    // As if nobody were there, when the product itself is not.
    answer(request, response).catch(() => request.socket.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as { user: string | null };
    const [word = '', failing] = (body.user ?? '').split('.');
    const fault = failing === product && Object.hasOwn(faults, word) ? (word as Fault) : null;
    if (fault === 'killed') return void request.socket.destroy();
    // Ten seconds, of which nobody waits for more than one.
    if (fault === 'slow') return void setTimeout(() => response.end('{}'), 10_000).unref();
    const answered = await fetch(target + request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answered.text();
    const wrong = fault === null ? null : faults[fault];
    const sent =
      wrong === null
        ? text
        : 'body' in wrong
          ? wrong.body
          : JSON.stringify(wrong.change(JSON.parse(text)));
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(sent);
  }
}

function withData(content: Content, data: object): Content {
  return { ...content, data: { ...content.data, ...data } };
}

/** Every link of it. */
function scripted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member) =>
    key === 'url' ? 'javascript:alert(1)' : member,
  );
}
