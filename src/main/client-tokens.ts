// The keys that verify clients' tokens, opened as the settings of a process say.

import type { Observe } from '../domain/observation.ts';
import { type FileTokenKeys, openFileTokenKeys } from '../outbound/file-token-keys.ts';
import type { ValuesOf } from './settings.ts';
import type { tokenLimits, tokenSettings } from './token-settings.ts';

export type TokenValues = ValuesOf<typeof tokenSettings> & ValuesOf<typeof tokenLimits>;

export type ClientTokens = {
  keys: FileTokenKeys;
  token: { issuer: string; audience: string };
};

/** Throws what is wrong with the files. */
export async function openClientTokens(
  values: TokenValues,
  observe: Observe,
): Promise<ClientTokens> {
  const { jwksFile, secretFile, jwksCheckEveryMs: checkEveryMs } = values;
  const files = { jwksFile, secretFile: secretFile === '' ? null : secretFile };
  return {
    keys: await openFileTokenKeys({ ...files, checkEveryMs, observe }),
    token: { issuer: values.tokenIssuer, audience: values.tokenAudience },
  };
}

/** The same for who can do without; `null` when nothing is set. Half of it is a mistake. */
export async function openClientTokensIfAny(
  values: TokenValues,
  observe: Observe,
): Promise<ClientTokens | null> {
  const { jwksFile, secretFile, tokenIssuer, tokenAudience } = values;
  if ([jwksFile, secretFile, tokenIssuer, tokenAudience].every((it) => it === '')) return null;
  if (jwksFile !== '' && tokenIssuer !== '' && tokenAudience !== '') {
    return openClientTokens(values, observe);
  }
  const names = 'BEFOREHAND_JWKS_FILE, BEFOREHAND_TOKEN_ISSUER and BEFOREHAND_TOKEN_AUDIENCE';
  throw new Error(`${names} belong together: set all of them to take client events, or none.`);
}
