// The environment of services: whose keys are renewed when one starts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { credentialFiles, openCredentials } from '../../src/main/credentials.ts';
import { serviceEnv } from '../../src/main/service-env.ts';
import { readKeysFile } from '../../src/outbound/file-keys-edit.ts';
import { hashKey } from '../../src/outbound/file-keys-format.ts';

it('is that of solo mode or that of the stack, which run beside each other', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-service-env-'));
  try {
    await openCredentials(directory);
    const keysFile = credentialFiles(directory).producerKeys;
    const keyFor = (owner: 'solo' | 'stack') => {
      const service = { command: ['x'], url: 'X_URL', source: '/x' };
      const place = { owner, name: 'x', service, port: 1, ingestUrl: '', keysFile };
      return serviceEnv({ ...place, dataDir: join(directory, owner) }).BEFOREHAND_PRODUCER_KEY;
    };
    const [first, ofStack, ofSolo] = [keyFor('solo'), keyFor('stack'), keyFor('solo')];
    const known = [...readKeysFile(keysFile).values()].map(({ sha256 }) => sha256);
    const isKnown = (key = '') => known.includes(hashKey(key));
    expect([first, ofStack, ofSolo].map(isKnown)).toEqual([false, true, true]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
