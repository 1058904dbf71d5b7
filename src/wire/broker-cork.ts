// One write to the socket for all that a turn of the event loop has to say.
//
// amqplib writes each frame by itself: an ack of 21 bytes is a system call. A process that
// acknowledges or publishes a hundred messages in one turn spent a fifth of its time in them.

import type { Writable } from 'node:stream';
import type { ChannelModel } from 'amqplib';

/** amqplib gives its socket no public name; what it lacks one day is only this economy. */
type WithStream = { connection: { stream?: Writable } };

export function writeOncePerTurn(model: ChannelModel): void {
  const { stream } = (model as unknown as WithStream).connection;
  if (stream === undefined) return;
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let isCorked = false;
  stream.write = (...args: unknown[]) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return write(...args);
  };
}
