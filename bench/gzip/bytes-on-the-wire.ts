// How many bytes of body a client receives that takes gzip.

import { readFileSync } from 'node:fs';
import { get } from 'node:http';

/** Of the first request in `requestsFile`. */
export function bytesOnTheWire(port: number, requestsFile: string): Promise<number> {
  const [path] = readFileSync(requestsFile, 'utf8').split('\n');
  const headers = { 'accept-encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.once('error', reject);
      answer.once('end', () => resolve(bytes));
    }).once('error', reject);
  });
}
