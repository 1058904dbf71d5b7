// Who asks or reports: the user that a client's token (JWT) is about.

import { createLocalJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isUser } from '../domain/event.ts';
import type { Clock } from '../domain/ports.ts';
import type { TokenKeySet, TokenKeys } from '../domain/token-keys.ts';
import { Problem } from './http-problem.ts';

export type TokenRules = {
  keys: TokenKeys;
  issuer: string;
  audience: string;
  /** By how much the clock of whoever signs may differ from ours. */
  clockToleranceS: number;
  /** The name of the cookie that holds a token for clients that can set no header; `null`: none does. */
  tokenCookie: string | null;
  nowMs: Clock;
};

/** Where a request may carry a token. The cookie counts only when there is no such header. */
export type TokenHeaders = { authorization?: string | undefined; cookie?: string | undefined };

export type Client = {
  user: string;
  /** When the token stops being valid, Unix milliseconds. */
  endsAtMs: number;
  /** Whether its key is still among ours. Costs nothing while they are the same. */
  isStillTrusted(): Promise<boolean>;
};

/** Rejects with `unauthorized`. For requests that only read: a browser adds cookies to any. */
export type AuthenticateClient = (headers: TokenHeaders) => Promise<Client>;

/** The algorithm is ours to choose, never the token's: each has keys of its own kind. */
const publicKeyAlgorithms = ['ES256', 'RS256'];

export function createAuthenticateClient(rules: TokenRules): AuthenticateClient {
  const { keys, issuer, audience, clockToleranceS, tokenCookie, nowMs } = rules;
  const findKey = createKeyFinder(keys);
  async function authenticate(headers: TokenHeaders): Promise<Client> {
    let verifiedWith = keys.current();
    const token = tokenIn(headers, tokenCookie);
    if (token === null) throw unauthorized('Bearer realm="content"');
    const hasSecret = verifiedWith.secret !== null;
    try {
      const { payload } = await jwtVerify(token, findKey, {
        ...{ issuer, audience, clockTolerance: clockToleranceS },
        algorithms: hasSecret ? [...publicKeyAlgorithms, 'HS256'] : publicKeyAlgorithms,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(nowMs()),
      });
      const { sub, exp } = payload;
      // A number too large for us becomes infinite: a token has to end.
      const hasEnd = exp !== undefined && Number.isFinite(exp);
      if (typeof sub === 'string' && isUser(sub) && hasEnd && isCanonical(token)) {
        return { user: sub, endsAtMs: (exp + clockToleranceS) * 1_000, isStillTrusted };
      }
    } catch (error) {
      // Anything else is our own mistake, and must not look like the client's.
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw unauthorized('Bearer realm="content", error="invalid_token"');

    async function isStillTrusted(): Promise<boolean> {
      const known = keys.current();
      if (known === verifiedWith) return true;
      try {
        await authenticate(headers);
      } catch (error) {
        if (error instanceof Problem) return false;
        throw error;
      }
      verifiedWith = known;
      return true;
    }
  }
  return authenticate;
}

/** What has the form of a token in the one place where it may be; `null` when nothing has. */
function tokenIn(
  { authorization, cookie }: TokenHeaders,
  cookieName: string | null,
): string | null {
  const [, token = ''] =
    authorization === undefined
      ? [null, cookieName === null ? undefined : onlyCookie(cookie, cookieName)]
      : (/^Bearer (.*)$/i.exec(authorization) ?? []);
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? token : null;
}

/** The last character of a signature has bits that say nothing; they must be zero. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** The value of the cookie. Of two there is no telling which one was meant, or who set the other. */
function onlyCookie(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''));
  const [value, ...others] = pairs
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return others.length === 0 ? value : undefined;
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
