// What a turn of the event loop writes leaves in one system call, and all of it does.

import { Writable } from 'node:stream';
import type { ChannelModel } from 'amqplib';
import { expect, it } from 'vitest';
import { writeOncePerTurn } from '../../src/wire/broker-cork.ts';

it('hands over what each turn wrote together, and nothing is kept', async () => {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  writeOncePerTurn({ connection: { stream } } as unknown as ChannelModel);
  for (const turn of ['a', 'b']) {
    for (let n = 1; n <= 3; n += 1) stream.write(`${turn}${n}`);
    await new Promise(setImmediate);
  }
  expect(writes).toEqual(['a1a2a3', 'b1b2b3']);
});
