// The positions of a suite's users, laid down by the product's own code.

import { mkdirSync } from 'node:fs';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { bodyAt, userAt, userCount } from './documents.ts';

/** For the first `count` users. */
export function layDown(directory: string, count: number): void {
  mkdirSync(directory, { recursive: true });
  const positions = filePositions({
    ...{ directory, maxFiles: userCount, nowMs: Date.now, hashOf: contentHashOf },
  });
  const generic = Buffer.from('{}');
  positions.writeGeneric({ generic, pending: generic });
  for (let index = 0; index < count; index += 1) {
    positions.write(userAt(index), Buffer.from(bodyAt(index)));
  }
  positions.beat();
}
