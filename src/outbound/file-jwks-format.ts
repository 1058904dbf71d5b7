// What a file of public keys must look like: a JSON Web Key Set (RFC 7517).

import { createPublicKey } from 'node:crypto';
import type { PublicJwk } from '../domain/token-keys.ts';

/** RFC 7518, section 3.3. */
const minRsaBits = 2048;

/** Members that only a private or a symmetric key has. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Returns the keys, or throws what is wrong with which of them. An empty set is taken for a file
 * that is not finished: it would lock out everybody.
 */
export function parseJwks(text: string): readonly PublicJwk[] {
  const { keys } = parseObject(text);
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error('It must be a JSON Web Key Set: {"keys": [ … ]} with at least one key.');
  }
  const ids = new Set<unknown>();
  return keys.map((key: unknown, index) => {
    const jwk = parseKey(key, `Key ${index}`);
    // Without a name of its own, the right key for a token could not be told.
    if (keys.length > 1 && (typeof jwk.kid !== 'string' || ids.has(jwk.kid))) {
      throw new Error(`Key ${index} needs a "kid" that no other key has.`);
    }
    ids.add(jwk.kid);
    return jwk;
  });
}

function parseKey(value: unknown, name: string): PublicJwk {
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is not an object.`);
  const jwk = value as PublicJwk;
  const secretMember = secretMembers.find((member) => member in jwk);
  if (secretMember !== undefined) {
    throw new Error(`${name} is not public: it has "${secretMember}". Take that out of the file.`);
  }
  const algorithm = algorithmOf(jwk, name);
  if (jwk.alg !== undefined && jwk.alg !== algorithm) {
    throw new Error(`${name} is for ${algorithm}, but its "alg" says otherwise.`);
  }
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new Error(`${name} is not for signatures.`);
  return jwk;
}

function algorithmOf(jwk: PublicJwk, name: string): 'ES256' | 'RS256' {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= minRsaBits) return 'RS256';
  throw new Error(`${name} must be EC P-256, or RSA of at least ${minRsaBits} bits.`);
}

function parseObject(text: string): { keys?: unknown } {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}
