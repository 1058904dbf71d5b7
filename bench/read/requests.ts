// The files that tell wrk what to ask for, with the tokens of 10,000 users.

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { userAt, userCount } from './documents.ts';

export const issuer = 'https://bench.example';
export const audience = 'beforehand-bench';

/** Paths of files, and what made the tokens in them. */
export type Requests = {
  withoutToken: string;
  /** The address is that of the position. */
  positions: string;
  es256: string;
  hs256: string;
  /** What verifies the two. */
  jwksFile: string;
  secretFile: string;
  /** For more users than these. */
  sign: { es256: Sign; hs256: Sign };
};

/** Signs a token for a user. */
export type Sign = (user: string) => Promise<string>;

/** Tokens are good for an hour: longer than a run, and as in the product's examples. */
const expiresIn = '1h';

export async function writeRequests(directory: string): Promise<Requests> {
  const file = (name: string) => join(directory, name);
  const jwksFile = file('jwks.json');
  const secretFile = file('secret.txt');
  const requests: Requests = {
    withoutToken: file('without-token.txt'),
    positions: file('positions.txt'),
    es256: file('es256.txt'),
    hs256: file('hs256.txt'),
    ...{ jwksFile, secretFile },
    sign: { es256: await signerWithKey(jwksFile), hs256: signerWithSecret(secretFile) },
  };
  const users = allUsers();
  const contentPath = (user: string) => `/v1/content/${user}`;
  const writeLines = (path: string, lines: readonly string[]) =>
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  const withTokens = (sign: Sign) =>
    Promise.all(users.map(async (user) => `${contentPath(user)}\t${await sign(user)}`));

  writeLines(requests.withoutToken, users.map(contentPath));
  writePositionRequests(requests.positions);
  writeLines(requests.es256, await withTokens(requests.sign.es256));
  writeLines(requests.hs256, await withTokens(requests.sign.hs256));
  return requests;
}

/** Without tokens: the addresses are those of the files. */
export function writePositionRequests(file: string): void {
  const paths = allUsers().map((user) => `/users/${positionPathOf(user)}`);
  writeFileSync(file, `${paths.join('\n')}\n`);
}

function allUsers(): string[] {
  return Array.from({ length: userCount }, (_, index) => userAt(index));
}

async function signerWithKey(jwksFile: string): Promise<Sign> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = 'bench';
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
  return (user) => claimsOf(user).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
}

function signerWithSecret(secretFile: string): Sign {
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(secretFile, secret, { mode: 0o600 });
  const key = new TextEncoder().encode(secret);
  return (user) => claimsOf(user).setProtectedHeader({ alg: 'HS256' }).sign(key);
}

function claimsOf(user: string): SignJWT {
  return new SignJWT()
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(expiresIn);
}
