// Verifies clients' tokens inside Nginx. It says the same as src/inbound/http-tokens.ts.
//
// Written in the ECMAScript that njs 0.7.9 knows: no destructuring, no spread, no classes. Nothing
// outlives a request here; what is worth keeping, Nginx keeps (see region.conf).

import crypt from 'crypto';
import fs from 'fs';

/** src/domain/event.ts, but without its end: see `isUser`. */
const userPattern = /^[A-Za-z0-9_~@:+-][A-Za-z0-9._~@:+-]{0,127}/;

/** Hundreds of keys, as in src/outbound/file-token-keys.ts. */
const maxKeysBytes = 256 * 1024;
const minRsaBytes = 256;
const minSecretBytes = 32;

/** The algorithm is ours to choose, never the token's: each has keys of its own kind. */
const algorithms = {
  ES256: { kty: 'EC', use: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' } },
  RS256: { kty: 'RSA', use: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
};

/** The name of a verdict. The token itself must not be on the disk. */
function verdictKey(r) {
  return crypt.createHash('sha256').update(r.variables.credential).digest('base64url');
}

/**
 * 204 with the subject and where its position is; 401 with a challenge; 503 when keys cannot be read,
 * and then the replica decides, which keeps the last good ones.
 */
async function verdict(r) {
  try {
    const authorization = r.headersIn.Authorization || '';
    const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization);
    if (bearer === null) return refuse(r, 'Bearer realm="content"');
    const claims = await verify(bearer[1], r.variables);
    if (claims === null) return refuse(r, 'Bearer realm="content", error="invalid_token"');
    r.headersOut['X-Subject'] = claims.sub;
    r.headersOut['X-Position'] = isDark(r.variables) ? 'none' : positionOf(claims.sub);
    // Nginx counts the second it is given as the last one of the verdict.
    const toleranceS = Number(r.variables.clock_tolerance_s);
    const endS = Math.ceil(claims.exp) + toleranceS - 1;
    const untilS = Math.min(nowS() + lifeS(Number(r.variables.max_verdict_s)), endS);
    r.headersOut['X-Accel-Expires'] = `@${untilS}`;
    r.return(204);
  } catch (error) {
    r.return(503);
  }
}

function refuse(r, challenge) {
  r.headersOut['WWW-Authenticate'] = challenge;
  r.return(401);
}

/** Up to a quarter less than `maxS`: what was judged at the same time is not judged again so. */
function lifeS(maxS) {
  return maxS - Math.floor((Math.random() * maxS) / 4);
}

function nowS() {
  return Math.floor(Date.now() / 1000);
}

function positionOf(user) {
  const name = crypt.createHash('sha256').update(user).digest('hex');
  return `${name.slice(0, 2)}/${name.slice(2)}`;
}

/** Whether the replica has been silent so long that its positions may be far from the truth. */
function isDark(given) {
  try {
    const beatMs = fs.statSync(`${given.positions_dir}/heartbeat`).mtimeMs;
    return Date.now() - beatMs > Number(given.max_dark_s) * 1000;
  } catch (error) {
    return true;
  }
}

/** The claims of a token that is valid now, else `null`. Throws when keys cannot be read. */
async function verify(token, given) {
  const parts = token.split('.');
  const header = parseObject(parts[0]);
  const claims = parseObject(parts[1]);
  // An extension that must be understood is not.
  if (header === null || claims === null || header.crit !== undefined) return null;
  // The signature last: it costs the most, and clients come again with tokens that have ended.
  if (!areValid(claims, given)) return null;
  const isGood = await isSigned(header, `${parts[0]}.${parts[1]}`, parts[2], given);
  return isGood ? claims : null;
}

function areValid(claims, given) {
  const toleranceS = Number(given.clock_tolerance_s);
  const atS = nowS();
  if (claims.iss !== given.token_issuer) return false;
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audience.indexOf(given.token_audience) === -1) return false;
  if (!isTime(claims.exp) || claims.exp <= atS - toleranceS) return false;
  const isBegun = isTime(claims.nbf) && claims.nbf <= atS + toleranceS;
  if (claims.nbf !== undefined && !isBegun) return false;
  if (claims.iat !== undefined && typeof claims.iat !== 'number') return false;
  return typeof claims.sub === 'string' && isUser(claims.sub);
}

/** In njs `$` also matches before a line end, and the subject becomes a header. */
function isUser(text) {
  const found = userPattern.exec(text);
  return text !== 'me' && found !== null && found[0] === text;
}

function isTime(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

async function isSigned(header, signed, signatureText, given) {
  const signature = Buffer.from(signatureText, 'base64url');
  // Its last character has bits that say nothing: each way to write them would be a token, and a
  // verdict, of its own.
  if (signature.toString('base64url') !== signatureText) return false;
  if (header.alg === 'HS256') return isSignedBySecret(signed, signature, given.secret_file);
  // Looked up by own names only: a token may call its algorithm "constructor".
  if (header.alg !== 'ES256' && header.alg !== 'RS256') return false;
  const algorithm = algorithms[header.alg];
  const jwk = findKey(header, algorithm.kty, given.jwks_file);
  if (jwk === null) return false;
  const key = await crypto.subtle.importKey('spki', spkiOf(jwk), algorithm.use, false, ['verify']);
  try {
    return await crypto.subtle.verify(algorithm.use, key, signature, Buffer.from(signed));
  } catch (error) {
    // A signature that is too short or too long, for example.
    return false;
  }
}

/** The only key that the header can mean: with none or several of them nothing is verified. */
function findKey(header, kty, path) {
  const size = fs.statSync(path).size;
  if (size > maxKeysBytes) throw new Error('The file of keys is too large.');
  const keys = JSON.parse(fs.readFileSync(path, 'utf8')).keys;
  const candidates = keys.filter((jwk) => {
    if (jwk.kty !== kty || (jwk.alg !== undefined && jwk.alg !== header.alg)) return false;
    if (jwk.use !== undefined && jwk.use !== 'sig') return false;
    if (Array.isArray(jwk.key_ops) && jwk.key_ops.indexOf('verify') === -1) return false;
    return header.kid === undefined || (typeof jwk.kid === 'string' && jwk.kid === header.kid);
  });
  return candidates.length === 1 ? candidates[0] : null;
}

async function isSignedBySecret(signed, signature, path) {
  if (path === '') return false;
  const secret = Buffer.from(fs.readFileSync(path, 'utf8').trim());
  if (secret.length < minSecretBytes) throw new Error('The secret is too short.');
  const use = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, use, false, ['verify']);
  return crypto.subtle.verify(use, key, signature, Buffer.from(signed));
}

function parseObject(part) {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch (error) {
    return null;
  }
}

// ── a public key as DER, because njs takes no JWK before 0.7.10 (RFC 5280, 4.1; RFC 5480; RFC 8017)

/** id-ecPublicKey on prime256v1, and the head of an uncompressed point of 64 bytes. */
const p256Head = '3059301306072a8648ce3d020106082a8648ce3d030107034200' + '04';

/** rsaEncryption without parameters. */
const rsaAlgorithm = '300d06092a864886f70d0101010500';

function spkiOf(jwk) {
  if (jwk.kty === 'EC') {
    const x = Buffer.from(jwk.x, 'base64url');
    const y = Buffer.from(jwk.y, 'base64url');
    const isP256 = jwk.crv === 'P-256' && x.length === 32 && y.length === 32;
    if (!isP256) throw new Error('A key is not on P-256.');
    return Buffer.from(p256Head + x.toString('hex') + y.toString('hex'), 'hex');
  }
  const modulus = Buffer.from(jwk.n, 'base64url');
  if (modulus.length < minRsaBytes) throw new Error('An RSA key is too short.');
  const numbers = derInteger(modulus) + derInteger(Buffer.from(jwk.e, 'base64url'));
  const bits = der('03', `00${der('30', numbers)}`);
  return Buffer.from(der('30', rsaAlgorithm + bits), 'hex');
}

/** Its first bit is the sign, so that a number which begins with 1 gets a zero byte in front. */
function derInteger(bytes) {
  return der('02', (bytes[0] & 0x80 ? '00' : '') + bytes.toString('hex'));
}

function der(tag, hex) {
  const length = hex.length / 2;
  if (length < 128) return tag + byte(length) + hex;
  if (length < 256) return `${tag}81${byte(length)}${hex}`;
  return `${tag}82${byte(length >> 8)}${byte(length & 255)}${hex}`;
}

function byte(value) {
  return (value < 16 ? '0' : '') + value.toString(16);
}

export default { verdict, verdictKey };
