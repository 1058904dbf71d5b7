// AMQP 0-9-1 as bytes: what a test says in the broker's name, or keeps from a client.

import type { Censor } from '../tcp-proxy.ts';

const frameHeadBytes = 7;
const frameEnd = 0xce;

/** connection.blocked and connection.unblocked (class 10, methods 60 and 61) on channel 0. */
export const unblockedFrame = methodFrame(61, Buffer.alloc(0));
export function blockedFrame(reason: string): Buffer {
  return methodFrame(60, Buffer.concat([Buffer.from([reason.length]), Buffer.from(reason)]));
}

function methodFrame(method: number, fields: Buffer): Buffer {
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 4 + fields.length, 0, 10, 0, method]);
  return Buffer.concat([head, fields, Buffer.from([frameEnd])]);
}

/** Confirms (class 60, method 80) do not reach the client while `isOn`. Anything else does. */
export function withholdConfirms(isOn: () => boolean): Censor {
  return () => {
    let rest: Buffer = Buffer.alloc(0);
    return (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      const passed: Buffer[] = [];
      for (;;) {
        if (rest.length < frameHeadBytes) break;
        const frameBytes = frameHeadBytes + rest.readUInt32BE(3) + 1;
        if (rest.length < frameBytes) break;
        const frame = rest.subarray(0, frameBytes);
        rest = rest.subarray(frameBytes);
        if (!(isOn() && isConfirm(frame))) passed.push(frame);
      }
      return Buffer.concat(passed);
    };
  };
}

function isConfirm(frame: Buffer): boolean {
  return frame[0] === 1 && frame.readUInt32BE(frameHeadBytes) === ((60 << 16) | 80);
}
