// A page with slots as clients get it: shell, style sheets, HTML of the server, the client's renderer
// that takes it over, and the policy that all of it has to keep.

import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { paletteCss } from '../../../src/apps/home/look/palette.ts';
import { elementId, renderSlot } from '../../../src/apps/home/look/render-slot.ts';
import { pageHeaders } from '../../../src/inbound/http-page-headers.ts';
import { openPage } from '../../chromium.ts';
import { type HttpListener, listenHttp } from '../../http-listener.ts';

const root = new URL('../../../', import.meta.url);

const headers = pageHeaders({ clientEventsUrl: '', sessionUrl: '' });

/** What a client must do; web/home does it with more around it. */
const client = `
import { createGlobalVariablesController, createVariable, render } from '@divkitframework/divkit/client-hydratable';
const variables = createGlobalVariablesController();
const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = createVariable('theme', 'string', dark.matches ? 'dark' : 'light');
const now = createVariable('now', 'integer', 0);
variables.setVariable(theme);
variables.setVariable(now);
dark.addEventListener('change', () => theme.setValue(dark.matches ? 'dark' : 'light'));
const attributes = (set) => class {
  constructor(params) { this.params = params; }
  mountView(node) { for (const [name, value] of Object.entries(set(this.params))) node.setAttribute(name, value); }
};
const extensions = new Map([
  ['heading', attributes(({ level }) => ({ 'aria-level': String(level) }))],
  ['region', attributes(({ label }) => ({ role: 'region', 'aria-label': label }))],
]);
window.told = [];
const cards = await (await fetch('/cards.json')).json();
for (const { id, slot, template, card } of cards) {
  render({
    id, target: document.querySelector('[data-slot="' + slot + '"]'), json: { card }, hydrate: true, mix: 'look look-' + template,
    globalVariablesController: variables, builtinProtocols: ['https'], extensions,
    onStat: ({ type, action }) => window.told.push(type + ' ' + action.log_id, action.url),
    onError: ({ error }) => console.error(error),
  });
}
window.setNow = (seconds) => now.setValue(seconds);
document.documentElement.dataset.alive = '';
`;

const pageCss = `
body { margin: 0; background: var(--page); font: 400 16px/1.4 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px; display: grid; gap: 28px; }
main > div { min-width: 0; }
h1 { margin: 0; color: var(--ink); }
@media (min-width: 900px) {
  main { grid-template-columns: 1fr 1fr; align-items: start; }
  h1, main > :has(> .look-carousel) { grid-column: 1 / -1; }
}
`;

export type Look = { readonly [slot: string]: unknown };
export type LookServer = Pick<HttpListener, 'url'> & AsyncDisposable;

export async function serveLook(content: Look): Promise<LookServer> {
  const slots = Object.entries(content).map(([slot, said]) => {
    return { slot, id: elementId(slot), ...renderSlot({ slot, content: said }) };
  });
  const files = new Map<string, [type: string, body: string]>([
    ['/', ['text/html; charset=utf-8', shell(slots)]],
    ['/plain', ['text/html; charset=utf-8', shell(slots).replace(/<script.*?<\/script>/, '')]],
    ['/cards.json', ['application/json', JSON.stringify(slots)]],
    ['/client.js', ['text/javascript', await bundledClient()]],
    ['/divkit.css', ['text/css', await divkitCss()]],
    ['/page.css', ['text/css', paletteCss() + pageCss]],
  ]);
  const { url, close } = await listenHttp(async (request, response) => {
    const path = request.url ?? '/';
    const [type, body] = files.get(path) ?? ['image/svg+xml', await picture(path)];
    response.writeHead(200, { ...headers, 'content-type': type }).end(body);
  });
  return { url: `${url}/`, [Symbol.asyncDispose]: close };
}

function shell(slots: { slot: string; html: string }[]): string {
  const fragments = slots.map(({ slot, html }) => `<div data-slot="${slot}">${html}</div>`);
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Home</title>' +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">' +
    '<link rel="stylesheet" href="/divkit.css"><link rel="stylesheet" href="/page.css">' +
    '<script type="module" src="/client.js"></script></head>' +
    `<body><main><h1>Home</h1>${fragments.join('')}</main></body></html>`
  );
}

let bundled: Promise<string> | undefined;

function bundledClient(): Promise<string> {
  bundled ??= build({
    stdin: { contents: client, resolveDir: new URL('.', root).pathname },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  return bundled;
}

function divkitCss(): Promise<string> {
  return readFile(new URL('node_modules/@divkitframework/divkit/dist/client.css', root), 'utf8');
}

/** The page's own drawing where there is one, or a plain area of the same shape. */
function picture(url: string): Promise<string> {
  const drawn = new URL(`web/home/images/${url.split('/').at(-1)}`, root);
  const plain =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 176"><rect width="320" height="176" fill="#9db4c8"/></svg>';
  return readFile(drawn, 'utf8').catch(() => plain);
}

type Options = BrowserContextOptions & { blocksScripts?: boolean };

/** Opens it and waits until the client has taken it over, if it can. */
export async function openLook(
  browser: Browser,
  { url }: LookServer,
  { blocksScripts = false, ...options }: Options = {},
): Promise<{ page: Page; complaints: string[] }> {
  const address = blocksScripts ? `${url}plain` : url;
  const opened = await openPage(browser, address, options);
  if (options.javaScriptEnabled !== false && !blocksScripts) {
    await opened.page.locator('html[data-alive]').waitFor();
  }
  return opened;
}
