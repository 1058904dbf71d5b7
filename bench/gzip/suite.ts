// Suite `gzip`: what a compressed document would save on the wire, and what it would cost.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginx } from '../../src/servers/system-packages.ts';
import type { Measurement } from '../measurement.ts';
import { openPlace, type Place } from '../place.ts';
import { ensureWrk } from '../programs.ts';
import { bodyAt, userAt, userCount } from '../read/documents.ts';
import { layDown } from '../read/lay-down.ts';
import { measureRows } from '../read/measure-rows.ts';
import { writePositionRequests } from '../read/requests.ts';
import type { Row } from '../read/row.ts';
import { startNginx } from '../read/start-nginx.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { bytesOnTheWire } from './bytes-on-the-wire.ts';
import { gzipNginxConfig } from './gzip-nginx.ts';
import { measureWrites } from './measure-writes.ts';

const suite = 'gzip';

/** Reads over 64 connections, then writes. The size of what is sent is in the name of a row. */
export async function runGzipSuite(options: SuiteOptions): Promise<Measurement[]> {
  const wrk = ensureWrk(options.say);
  const place = openPlace(suite);
  try {
    const rows = await startRows(place, ensureNginx(options.say));
    const reads = await measureRows(wrk, rows, { ...options, suite, connectionCounts: [64] });
    return [...reads, ...measureWrites(suite, place.memoryDirectory, options)];
  } finally {
    await place.clear();
  }
}

async function startRows(place: Place, program: string): Promise<Row[]> {
  const positions = join(place.memoryDirectory, 'positions');
  layDown(positions, userCount);
  for (let index = 0; index < userCount; index += 1) {
    const file = join(positions, 'users', positionPathOf(userAt(index)));
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 6 }));
  }
  const requestsFile = join(place.directory, 'positions.txt');
  writePositionRequests(requestsFile);
  const ports = (await findFreePorts(3)) as [number, number, number];
  const [plainPort, onTheFlyPort, staticPort] = ports;
  const config = gzipNginxConfig({ plainPort, onTheFlyPort, staticPort, positions });
  const pid = await startNginx(place, { name: 'nginx', program, port: plainPort, config });
  const row = async (name: string, port: number): Promise<Row> => {
    const bytes = await bytesOnTheWire(port, requestsFile);
    const sized = `${name} (${bytes.toLocaleString('en-US')} bytes)`;
    return { name: sized, port, requestsFile, pids: [pid], bodyOf: bodyAt };
  };
  return [
    await row('Read as it is', plainPort),
    await row('Read, compressed by Nginx, level 1', onTheFlyPort),
    await row('Read, compressed before, level 6', staticPort),
  ];
}
