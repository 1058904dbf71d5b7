// Tokens of clients for tests: good ones, and ones that are wrong in a single way.

import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { PublicJwk } from '../../src/domain/token-keys.ts';
import { audience, issuer, secret } from './open-door.ts';

export const es256 = await keyPair('ES256', 'es-1');
export const rs256 = await keyPair('RS256', 'rs-1');
/** Whoever has this is not one of ours. */
export const stranger = await keyPair('ES256', 'es-1');

async function keyPair(alg: 'ES256' | 'RS256', kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg } as PublicJwk;
  return { alg, kid, privateKey, jwk };
}

export const nowS = () => Math.floor(Date.now() / 1000);

type Signer = Pick<Awaited<ReturnType<typeof keyPair>>, 'alg' | 'kid' | 'privateKey'>;

/** A token that is good but for what is given; `undefined` leaves a claim out. */
export function sign(
  claims: { [claim: string]: unknown } = {},
  key: Signer = es256,
  header: { [member: string]: unknown } = {},
): Promise<string> {
  const good = { iss: issuer, aud: audience, sub: 'alice', exp: nowS() + 600 };
  return new SignJWT({ ...good, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey);
}

/** With the shared secret, or with any other text. */
export function signWithSecret(
  claims: { [claim: string]: unknown } = {},
  text = secret,
): Promise<string> {
  const good = { iss: issuer, aud: audience, sub: 'alice', exp: nowS() + 600 };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(text));
}

/** A token of these parts, whatever its signature is worth. */
export function forge(header: unknown, claims: unknown, signature = 'AAAA'): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
