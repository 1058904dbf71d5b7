// Signs the token that a client shows to read its content.

// All of jose is 46 modules, which take longer to load than a token to sign.
import { SignJWT } from 'jose/jwt/sign';
import { importJWK } from 'jose/key/import';
import { isUser } from '../domain/event.ts';
import type { Credentials } from './credentials.ts';

/** Returns a JWT whose subject is `user`, valid from now for `ttlS` seconds. */
export async function signToken(
  { token }: Pick<Credentials, 'token'>,
  { user, ttlS }: { user: string; ttlS: number },
): Promise<string> {
  if (!isUser(user)) {
    throw new Error(
      `"${user}" is not a user: 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ : + -, no dot first, and not me.`,
    );
  }
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: token.algorithm, kid: token.privateJwk.kid, typ: 'JWT' })
    .setIssuer(token.issuer)
    .setAudience(token.audience)
    .setSubject(user)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + ttlS)
    .sign(await importJWK(token.privateJwk, token.algorithm));
}
