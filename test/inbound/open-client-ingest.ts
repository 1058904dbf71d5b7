// The browsers' door of an ingest for tests: real tokens, and a rate whose time the test makes pass.

import type { IncomingHttpHeaders } from 'node:http';
import { createClientEventAcceptance } from '../../src/domain/ingest/accept-client-events.ts';
import { createUserRate } from '../../src/domain/ingest/user-rate.ts';
import type { TokenKeySet } from '../../src/domain/token-keys.ts';
import { addClientEventRoutes } from '../../src/inbound/http-client-events.ts';
import { createAuthenticateClient } from '../../src/inbound/http-tokens.ts';
import { clientType } from '../fixtures/bad-event.ts';
import { audience, es256, issuer, nowS, rs256, sign } from './open-content.ts';
import { ingestConfig, openIngest, send } from './open-ingest.ts';

export const page = 'https://shop.example';
export const path = '/v1/client-events';

export const goodClick = { id: 'c-1', type: clientType, data: { item: 'lamp' } };

/** As many good ones, each with an id of its own. */
export const clicks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...goodClick, id: `c-${index}` }));

type Given = Parameters<typeof openIngest>[0] & {
  secret?: Uint8Array;
  corsOrigins?: readonly string[];
  perS?: number;
  burst?: number;
};

export async function openClientIngest(options: Given = {}) {
  /** Of every POST, let in or not. */
  const arrived: IncomingHttpHeaders[] = [];
  const { secret = null, corsOrigins = [page], perS = 10, burst = 50, ...rest } = options;
  const keys: TokenKeySet = { jwks: [es256.jwk, rs256.jwk], secret };
  const time = { elapsedMs: 0 };
  const limits = { perS, burst, maxUsers: 1_000 };
  const take = createUserRate({ limits, elapsedMs: () => time.elapsedMs });
  const ingest = await openIngest({
    ...rest,
    addRoutes(routes, { acceptEvents, observe }) {
      routes.addHook('onRequest', async ({ method, headers }) => {
        if (method === 'POST') arrived.push(headers);
      });
      addClientEventRoutes(routes, {
        ...{ corsOrigins, observe },
        acceptClientEvents: createClientEventAcceptance({
          ...{ config: ingestConfig, acceptEvents, take },
        }),
        authenticate: createAuthenticateClient({
          ...{ keys: { current: () => keys }, issuer, audience, clockToleranceS: 0 },
          // A cookie would count here: it is the door that does not look at it.
          ...{ nowMs: () => nowS * 1_000, tokenCookie: 'beforehand_token' },
        }),
      });
    },
  });
  const authorization = `Bearer ${await sign()}`;
  const goodHeaders = { 'content-type': 'application/json', origin: page, authorization };

  /** Alice's good request but for these headers; `undefined` takes one away. */
  async function report(body: unknown, headers: IncomingHttpHeaders = {}) {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const bytes = isRaw ? body : JSON.stringify(body);
    return send(new URL(path, ingest.url), given({ ...goodHeaders, ...headers }), bytes);
  }

  /** As a browser does before it sends such a request: without token and body. */
  function ask(headers: IncomingHttpHeaders = {}) {
    const asked = { origin: page, 'access-control-request-method': 'POST', ...headers };
    return send(new URL(path, ingest.url), given(asked), '', 'OPTIONS');
  }
  return { ...ingest, time, arrived, report, ask, authorization };
}

function given(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

export type ClientIngest = Awaited<ReturnType<typeof openClientIngest>>;
