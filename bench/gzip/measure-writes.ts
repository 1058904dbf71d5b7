// What laying a document down costs, as it is and with a compressed copy beside it.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { type Measurement, medianOf } from '../measurement.ts';
import { bodyAt, userAt } from '../read/documents.ts';
import type { SuiteOptions } from '../read/suite.ts';

/** Enough for a few hundred milliseconds, after as many that compile the code. */
const writes = 2_000;

export function measureWrites(
  suite: string,
  memoryDirectory: string,
  { runs, signal, say }: SuiteOptions,
): Measurement[] {
  const directory = join(memoryDirectory, 'written');
  mkdirSync(directory);
  const positions = filePositions({
    ...{ directory, maxFiles: writes, nowMs: Date.now, hashOf: contentHashOf },
  });
  const bodies = Array.from({ length: writes }, (_, index) => Buffer.from(bodyAt(index)));
  const compressed = (level: number) => (index: number, body: Buffer) => {
    positions.write(userAt(index), body);
    const temp = join(directory, 'temp', 'compressed');
    writeFileSync(temp, gzipSync(body, { level }));
    renameSync(temp, join(directory, 'users', `${positionPathOf(userAt(index))}.gz`));
  };
  const rows = [
    {
      name: 'Laid down as it is',
      write: (at: number, b: Buffer) => positions.write(userAt(at), b),
    },
    { name: 'Laid down, and compressed beside it, level 1', write: compressed(1) },
    { name: 'Laid down, and compressed beside it, level 6', write: compressed(6) },
  ];
  for (const { write } of rows) for (const [index, body] of bodies.entries()) write(index, body);
  const measured: Measurement[] = [];
  for (let run = 1; run <= runs; run += 1) {
    for (const { name, write } of rows) {
      signal.throwIfAborted();
      measured.push({ suite, row: name, ...timeWrites(bodies, write) });
    }
  }
  say(`Laid down ${writes} documents in ${rows.length} ways, ${runs} times each.`);
  return rows.map(({ name }) => medianOf(measured.filter(({ row }) => row === name)));
}

function timeWrites(bodies: readonly Buffer[], write: (index: number, body: Buffer) => void) {
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  for (const [index, body] of bodies.entries()) write(index, body);
  const tookMs = performance.now() - beganMs;
  const cpu = process.cpuUsage(cpuBefore);
  const perWriteMs = tookMs / bodies.length;
  return {
    connections: 1,
    requestsPerSecond: 1_000 / perWriteMs,
    cpuMicrosPerRequest: (cpu.user + cpu.system) / bodies.length,
    ...{ p50Ms: perWriteMs, p99Ms: perWriteMs, errors: 0 },
  };
}
