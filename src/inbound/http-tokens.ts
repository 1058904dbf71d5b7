// Who reads: the user that a client's token (JWT) is about.

import { createLocalJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isUser } from '../domain/event.ts';
import type { Clock } from '../domain/ports.ts';
import type { TokenKeySet, TokenKeys } from '../domain/replica/token-keys.ts';
import { Problem } from './http-problem.ts';

export type TokenRules = {
  keys: TokenKeys;
  issuer: string;
  audience: string;
  /** By how much the clock of whoever signs may differ from ours. */
  clockToleranceS: number;
  nowMs: Clock;
};

/** Resolves with the user, or rejects with `unauthorized`. */
export type AuthenticateClient = (authorization: string | undefined) => Promise<string>;

/** The algorithm is ours to choose, never the token's: each has keys of its own kind. */
const publicKeyAlgorithms = ['ES256', 'RS256'];

export function createAuthenticateClient(rules: TokenRules): AuthenticateClient {
  const { keys, issuer, audience, clockToleranceS, nowMs } = rules;
  const findKey = createKeyFinder(keys);
  return async (authorization) => {
    const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw unauthorized('Bearer realm="content"');
    const hasSecret = keys.current().secret !== null;
    try {
      const { payload } = await jwtVerify(token, findKey, {
        ...{ issuer, audience, clockTolerance: clockToleranceS },
        algorithms: hasSecret ? [...publicKeyAlgorithms, 'HS256'] : publicKeyAlgorithms,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(nowMs()),
      });
      if (typeof payload.sub === 'string' && isUser(payload.sub)) return payload.sub;
    } catch (error) {
      // Anything else is our own mistake, and must not look like the client's.
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw unauthorized('Bearer realm="content", error="invalid_token"');
  };
}

/** Why a token is not valid is nobody's business: the same body for all of them. */
function unauthorized(challenge: string): Problem {
  const headers = { 'www-authenticate': challenge };
  return new Problem('unauthorized', 'Send Authorization: Bearer and a token that is valid now.', {
    headers,
  });
}

function createKeyFinder(keys: TokenKeys): JWTVerifyGetKey {
  let known: { set: TokenKeySet; find: JWTVerifyGetKey } | null = null;
  return (header, token) => {
    const set = keys.current();
    if (header.alg === 'HS256') {
      if (set.secret === null) throw new errors.JOSEAlgNotAllowed('HS256 is not allowed.');
      return set.secret;
    }
    if (known?.set !== set) known = { set, find: createLocalJWKSet({ keys: [...set.jwks] }) };
    return known.find(header, token);
  };
}
