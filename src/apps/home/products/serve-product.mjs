// @ts-check
// What the product back ends in JavaScript have in common: a small HTTP service that checks what it
// is asked, keeps to its limits, prints a line for each request and ends on SIGTERM.

import { createServer } from 'node:http';

const maxBodyBytes = 64 * 1024;
const requestTimeoutMs = 10_000;
const maxConnections = 500;

/** As the platform names users, so that nothing else gets into a log or a file. */
const userPattern = /^[A-Za-z0-9_~@:+-][A-Za-z0-9._~@:+-]{0,127}$/;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const maxItems = 100;

/**
 * @typedef {{ type: string, id: string, acceptedAt: Date, data: Record<string, unknown> }} AskedEvent
 * @typedef {(body: Record<string, unknown>, headers: import('node:http').IncomingHttpHeaders) =>
 *   unknown | Promise<unknown>} Route Returns what is answered with 200; nothing is a 204.
 */

/** What the asker did wrong: it is answered so, and nobody else is told. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Listens at PORT of 127.0.0.1, or of HOST. Every route is a POST of JSON.
 * @param {string} name @param {{ [path: string]: Route }} routes
 */
export function serveProduct(name, routes) {
  const server = createServer((request, response) => {
    const startedAtMs = performance.now();
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    answer(request, path, routes).then(
      (body) => end(body === undefined || body === null ? 204 : 200, body),
      (error) => {
        const status = error instanceof Refusal ? error.status : 500;
        end(status, { error: status === 500 ? `${name} failed.` : error.message });
        if (status === 500) console.error(error);
      },
    );

    /** @param {number} status @param {unknown} body */
    function end(status, body) {
      const text = body === undefined || body === null ? '' : JSON.stringify(body);
      const type = text === '' ? {} : { 'content-type': 'application/json' };
      // Whoever sends too much would go on sending.
      const close = status === 413 || !server.listening ? { connection: 'close' } : {};
      response.writeHead(status, { ...type, ...close, 'content-length': Buffer.byteLength(text) });
      response.end(text);
      const tookMs = (performance.now() - startedAtMs).toFixed(1);
      console.log(`${name} ${request.method} ${path.slice(0, 100)} ${status} ${tookMs} ms`);
    }
  });
  server.requestTimeout = requestTimeoutMs;
  server.maxConnections = maxConnections;
  server.listen(Number(process.env.PORT ?? 0), process.env.HOST ?? '127.0.0.1', () => {
    const address = server.address();
    console.log(`${name} listens at port ${typeof address === 'object' ? address?.port : ''}`);
  });
  // With nothing left to answer, the process ends by itself.
  process.once('SIGTERM', () => {
    server.close();
    server.closeIdleConnections();
  });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {string} path @param {{ [path: string]: Route }} routes
 */
async function answer(request, path, routes) {
  if (path === '/health' && request.method === 'GET') return { status: 'ok' };
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) throw new Refusal(404, 'Nothing is at this path.');
  if (request.method !== 'POST') throw new Refusal(405, 'Only POST is answered here.');
  const [type] = (request.headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/json') throw new Refusal(415, 'Send JSON.');
  return route(await readBody(request), request.headers);
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Record<string, unknown>>}
 */
async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Refusal(413, `At most ${maxBodyBytes} bytes are read.`);
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (isObject(body)) return body;
  } catch {}
  throw new Refusal(400, 'The body must be a JSON object.');
}

/**
 * What `/content` is asked with. `user` is null when it is about everyone.
 * @param {Record<string, unknown>} body
 * @returns {{ user: string | null, event: AskedEvent }}
 */
export function readAsk({ user, event }) {
  if (user !== null && !isUser(user)) throw new Refusal(400, 'user must be a user or null.');
  if (!isObject(event)) throw new Refusal(400, 'event must be an object.');
  const { type, id, acceptedAt, data } = event;
  const at = new Date(typeof acceptedAt === 'string' ? acceptedAt : Number.NaN);
  if (typeof type !== 'string' || typeof id !== 'string' || Number.isNaN(at.getTime())) {
    throw new Refusal(400, 'event needs type, id and acceptedAt.');
  }
  return { user, event: { type, id, acceptedAt: at, data: isObject(data) ? data : {} } };
}

/**
 * What `/feedback` is told: ids of items that a user has seen or clicked.
 * @param {Record<string, unknown>} body
 * @returns {{ user: string, seen: string[], clicked: string[] }}
 */
export function readFeedback({ user, seen, clicked }) {
  if (!isUser(user)) throw new Refusal(400, 'user must be a user.');
  if (!areIds(seen) || !areIds(clicked)) {
    throw new Refusal(400, `seen and clicked must be lists of at most ${maxItems} ids.`);
  }
  return { user, seen, clicked };
}

/** @param {unknown} value @returns {value is string} */
export const isUser = (value) => typeof value === 'string' && userPattern.test(value);

/** @param {unknown} value @returns {value is string} */
export const isId = (value) => typeof value === 'string' && idPattern.test(value);

/** @param {unknown} value @returns {value is string[]} */
const areIds = (value) => Array.isArray(value) && value.length <= maxItems && value.every(isId);

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
