// Entry: keeps documents in LMDB and lays them down as files, with nothing around it.

import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { open } from 'lmdb';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { servePart } from './part.ts';
import { bodyOf, documentsOf, inBatches } from './samples.ts';

export type LayDownGiven = {
  run: string;
  count: number;
  /** On the disk. */
  storeDirectory: string;
  /** On tmpfs where there is one. */
  positionsDirectory: string;
};

await servePart<LayDownGiven>(async ({ run, count, storeDirectory, positionsDirectory }) => {
  const documents = (await documentsOf(run, count)).map((document) => ({
    user: document.user,
    stored: Buffer.from(JSON.stringify(document)),
    body: Buffer.from(bodyOf(document)),
    path: join(positionsDirectory, positionPathOf(document.user)),
  }));
  for (const { path } of documents) mkdirSync(dirname(path), { recursive: true });
  mkdirSync(storeDirectory, { recursive: true });
  const store = open<Buffer, string>({
    path: join(storeDirectory, 'data.mdb'),
    encoding: 'binary',
    noSync: true,
  });
  const temp = join(positionsDirectory, 'temp');
  return {
    async run() {
      for (const batch of inBatches(documents)) {
        store.transactionSync(() => {
          for (const { user, stored } of batch) store.putSync(user, stored);
        });
        for (const { body, path } of batch) replaceFile(temp, body, path);
      }
    },
    end: () => store.close(),
  };
});

function replaceFile(temp: string, body: Buffer, path: string): void {
  const file = openSync(temp, 'w', 0o640);
  writeSync(file, body);
  closeSync(file);
  renameSync(temp, path);
}
