// With what tokens of clients are verified, alike wherever that is done.

import { integer, type Settings, text } from './settings.ts';

export const tokenLimits = {
  clockToleranceS: integer(
    'BEFOREHAND_TOKEN_CLOCK_TOLERANCE_S',
    "How far the clock of whoever signs clients' tokens may be from ours.",
    { default: 0, min: 0, max: 60 },
  ),
  jwksCheckEveryMs: integer(
    'BEFOREHAND_JWKS_CHECK_EVERY_MS',
    'How often the file of public keys is read: a key taken out of it is refused this much later.',
    { default: 1_000, min: 50, max: 5_000 },
  ),
} satisfies Settings;

/** Of a process that cannot do without; a `fallback` is for one that can. */
function tokenKeys(fallback?: string) {
  return {
    jwksFile: text(
      'BEFOREHAND_JWKS_FILE',
      "JSON Web Key Set that verifies clients' tokens (ES256, RS256). It may change at any time. An ingest without it takes no client events.",
      fallback,
    ),
    secretFile: text(
      'BEFOREHAND_TOKEN_SECRET_FILE',
      'For development: a shared secret that verifies tokens, too (HS256).',
      '',
    ),
    tokenIssuer: text(
      'BEFOREHAND_TOKEN_ISSUER',
      "What clients' tokens must have as iss.",
      fallback,
    ),
    tokenAudience: text(
      'BEFOREHAND_TOKEN_AUDIENCE',
      "What clients' tokens must have in aud.",
      fallback,
    ),
  } satisfies Settings;
}

export const tokenSettings = tokenKeys();
export const tokenSettingsIfAny = tokenKeys('');
