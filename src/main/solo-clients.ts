// Whose events the ingest of solo mode takes beside producers': of clients, from the pages of its regions.

import type { Observe } from '../domain/observation.ts';
import { type FileTokenKeys, openFileTokenKeys } from '../outbound/file-token-keys.ts';
import { type Credentials, credentialFiles } from './credentials.ts';
import { soloHost as host } from './solo-ports.ts';
import type { SoloSettings } from './solo-settings.ts';

export async function openSoloClients(call: {
  settings: SoloSettings;
  credentials: Credentials;
  observe: Observe;
}) {
  const { settings, credentials, observe } = call;
  // A person may open a region by either name of this machine.
  const ownOrigins = settings.replicaPorts.flatMap(({ port }) =>
    [host, 'localhost'].map((name) => `http://${name}:${port}`),
  );
  return {
    keys: await openSoloTokenKeys(settings, observe),
    token: credentials.token,
    corsOrigins: [...settings.limits.replica.corsOrigins, ...ownOrigins],
  };
}

export function openSoloTokenKeys(
  { dataDir, limits }: SoloSettings,
  observe: Observe,
): Promise<FileTokenKeys> {
  return openFileTokenKeys({
    ...{ jwksFile: credentialFiles(dataDir).jwks, secretFile: null, observe },
    checkEveryMs: limits.replica.jwksCheckEveryMs,
  });
}
