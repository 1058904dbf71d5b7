// A reader of one position while it is rewritten: what Nginx does, from a thread of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';

/** Opens and reads until it is told to stop; whatever is not a whole body is a fault. */
const reader = `
  const { createHash } = require('node:crypto');
  const { closeSync, fstatSync, openSync, readFileSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const reads = new Int32Array(workerData.reads);
  const faults = [];
  let newest = 0;
  while (Atomics.load(reads, 1) === 0 && faults.length < 5) {
    try {
      const file = openSync(workerData.path);
      const timeS = fstatSync(file).mtimeMs / 1000;
      const body = readFileSync(file);
      closeSync(file);
      const hash = createHash('sha256').update(body).digest().readUInt32BE(0) >>> 1;
      if (hash !== timeS) faults.push('torn: ' + body.length + ' bytes');
      const { version } = JSON.parse(body);
      if (version < newest) faults.push(version + ' after ' + newest);
      newest = version;
    } catch (error) {
      faults.push(String(error));
    }
    Atomics.add(reads, 0, 1);
  }
  parentPort.postMessage({ faults, newest });`;

const rewrites = 2000;
const enoughReads = 2000;

it('never shows a reader a torn, a missing or an older body', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-reader-'));
  const positions = filePositions({
    directory,
    maxFiles: 10,
    nowMs: Date.now,
    hashOf: contentHashOf,
  });
  let version = 0;
  const rewrite = () => {
    version += 1;
    const padding = 'x'.repeat((version * 7919) % 60_000);
    positions.write('alice', Buffer.from(JSON.stringify({ version, padding })));
  };
  rewrite();
  const shared = new SharedArrayBuffer(8);
  const reads = new Int32Array(shared);
  const path = join(directory, 'users', positionPathOf('alice'));
  const worker = new Worker(reader, { eval: true, workerData: { path, reads: shared } });
  const told = new Promise<{ faults: string[]; newest: number }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  // A reader that gave up after its first faults is waited for no longer.
  const hasEnded = told.then(() => true);
  const isReading = async () => {
    const turn = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
    return !(await Promise.race([hasEnded, turn]));
  };
  while ((version < rewrites || Atomics.load(reads, 0) < enoughReads) && (await isReading())) {
    for (let index = 0; index < 50; index += 1) rewrite();
  }
  Atomics.store(reads, 1, 1);
  const { faults, newest } = await told;
  expect(faults).toEqual([]);
  expect(newest).toBeGreaterThan(1);
  expect(Atomics.load(reads, 0)).toBeGreaterThanOrEqual(enoughReads);
  await worker.terminate();
  rmSync(directory, { recursive: true });
});
