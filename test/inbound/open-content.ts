// The clients' door for tests: real tokens, two users, and requests that no polite client sends.

import { type IncomingHttpHeaders, request } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import { createDocumentComposer } from '../../src/domain/replica/compose-document.ts';
import { createPageComposer } from '../../src/domain/replica/compose-page.ts';
import type { PageAssets } from '../../src/domain/replica/page-assets.ts';
import { createReadContent } from '../../src/domain/replica/read-content.ts';
import { createWaitingTickets } from '../../src/domain/replica/waiting-tickets.ts';
import { createWatchedDocuments } from '../../src/domain/replica/watch-documents.ts';
import type { PublicJwk, TokenKeySet } from '../../src/domain/token-keys.ts';
import { addContentRoutes } from '../../src/inbound/http-content.ts';
import { addPageRoutes } from '../../src/inbound/http-page.ts';
import { createHttpServer } from '../../src/inbound/http-server.ts';
import { createAuthenticateClient } from '../../src/inbound/http-tokens.ts';
import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { aDocument, aSlot } from '../fixtures/content.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

export const nowS = 1_795_248_000;
export const issuer = 'https://id.example';
export const audience = 'content';

/** Nobody but the user may ever see this. */
export const canaryOf = (user: string) => `canary-of-${user}`;

/** Of every good answer that is for one user only. */
export const personalHeaders = {
  'cache-control': 'private, no-cache',
  vary: 'Authorization, Cookie',
  'accept-ranges': 'none',
  'x-content-type-options': 'nosniff',
};

export const es256 = await keyPair('ES256', 'es-1');
export const rs256 = await keyPair('RS256', 'rs-1');
/** Whoever has this is not one of ours. */
export const stranger = await keyPair('ES256', 'es-1');
export const secret = new TextEncoder().encode('a secret of at least thirty-two bytes');

async function keyPair(algorithm: 'ES256' | 'RS256', kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm } as PublicJwk;
  return { algorithm, kid, privateKey, jwk };
}

export const goodClaims = { iss: issuer, aud: audience, sub: 'alice', exp: nowS + 60 };

/** A token that is good but for what is given. */
export function sign(
  claims: { [claim: string]: unknown } = {},
  key: Awaited<ReturnType<typeof keyPair>> = es256,
  header: { [member: string]: unknown } = {},
): Promise<string> {
  return new SignJWT({ ...goodClaims, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
    .sign(key.privateKey);
}

export type GivenContent = {
  secret?: Uint8Array;
  maxWaitingPerUser?: number;
  maxRequests?: number;
  maxStreamsPerUser?: number;
  streamHeartbeatMs?: number;
  streamStallMs?: number;
  corsOrigins?: readonly string[];
  page?: PageAssets;
  /** Of silence on a connection: half for a request to arrive, half for its answer. */
  connectionTimeoutMs?: number;
};

export async function openContent(given: GivenContent = {}) {
  const store = memoryRegionStore();
  const users = ['alice', 'bob', 'a@b', 'me', '..alice'];
  await store.put(users.map(withCanary));
  const observed: Observation[] = [];
  const keys = { set: { jwks: [es256.jwk, rs256.jwk], secret: given.secret ?? null } };
  const nowMs = () => nowS * 1000;
  const tickets = createWaitingTickets({
    ...{ nowMs, rememberMs: 120_000, maxRemembered: 1_000 },
    maxWaiting: 100,
    maxWaitingPerUser: given.maxWaitingPerUser ?? 20,
  });
  /** How many reads began to wait, and of those that ended: whether their client had left. */
  const waits = { begun: 0, left: [] as boolean[] };
  const wait: typeof tickets.wait = async (ticket, limits) => {
    const waiting = tickets.wait(ticket, limits);
    waits.begun += 1;
    const outcome = await waiting;
    waits.left.push(limits.signal?.aborted === true);
    return outcome;
  };
  const slots = { offers: { generic: 'for everyone' }, books: { generic: [] } };
  const documents = createWatchedDocuments({
    maxStreams: 500,
    maxStreamsPerUser: given.maxStreamsPerUser ?? 10,
  });
  const halfMs = (given.connectionTimeoutMs ?? 30_000) / 2;
  const server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe: (observation) => observed.push(observation), health: () => ({ reasons: [] }) },
    ...{ maxBodyBytes: 1_024, maxRequests: given.maxRequests ?? 1_000, maxConnections: 1_000 },
    ...{ requestTimeoutMs: halfMs, handlerTimeoutMs: halfMs, drainMs: 0, stopTimeoutMs: 120_000 },
  });
  const { page } = given;
  const asked: string[] = [];
  const read = createReadContent({
    ...{ slots, store, positions: { current: store.get } },
    compose: page ? createPageComposer(slots, page) : createDocumentComposer(slots),
    // Nothing comes of it: what is here is all there is.
    coldReads: { ask: (user) => void asked.push(user), isPending: () => false },
    ...{ tickets: { wait }, nowMs, isCaughtUp: () => true, observe: () => {} },
  });
  const authenticate = createAuthenticateClient({
    keys: { current: (): TokenKeySet => keys.set },
    ...{ issuer, audience, clockToleranceS: 0, nowMs },
    tokenCookie: 'beforehand_token',
  });
  if (page && read.pages) {
    const addresses = {
      clientEventsUrl: 'https://events.example/v1/client-events',
      sessionUrl: '',
    };
    addPageRoutes(server.routes, { ...page, pages: read.pages, authenticate, addresses });
  }
  addContentRoutes(server.routes, {
    ...{ read, authenticate },
    ...{ watch: documents.watch, observe: (observation) => observed.push(observation), nowMs },
    ...{ genericMaxAgeS: 5, corsOrigins: given.corsOrigins ?? [] },
    streamHeartbeatMs: given.streamHeartbeatMs ?? 15_000,
    streamStallMs: given.streamStallMs ?? 30_000,
  });
  const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const bearer = `Bearer ${await sign()}`;
  return {
    ...{ url, store, tickets, documents, waits, observed, keys, bearer, asked, stop: server.stop },
    /** Alice's request, unless other headers are given; the path is sent as it is. */
    get: (path: string, headers: IncomingHttpHeaders = {}, method = 'GET') =>
      sendRaw(url, { path, method, headers: { authorization: bearer, ...headers } }),
    /** Without anything but what is given. */
    send: (path: string, headers: IncomingHttpHeaders = {}, method = 'GET') =>
      sendRaw(url, { path, method, headers }),
  };
}

export type TestContent = Awaited<ReturnType<typeof openContent>>;

function withCanary(user: string) {
  return aDocument(user, { slots: [aSlot({ contentJson: JSON.stringify(canaryOf(user)) })] });
}

function sendRaw(
  url: URL,
  options: { path: string; method: string; headers: IncomingHttpHeaders },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: url.hostname, port: url.port, agent: false, ...options });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.end();
  });
}

/** The one answer to whatever is no valid token. */
export function expectRefusal({ status, headers, text }: Answer): void {
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toMatch(/^Bearer realm="content"/);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: 'Authorization, Cookie' });
  expect(JSON.parse(text)).toEqual({
    type: 'urn:problem-type:beforehand:unauthorized',
    title: 'A valid credential is missing.',
    status: 401,
    detail: 'Send Authorization: Bearer and a token that is valid now.',
    code: 'unauthorized',
  });
}
