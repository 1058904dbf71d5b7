// Loaded into a replica's process before the product: kills it at a named moment of a user's document.
//
// Usage: node --import tsx --import poller-death.ts src/main/replica.ts, with TEST_DEATH_MOMENT and
// TEST_DEATH_USER. Harmless until its parent sends a word; then the user's next document is the last
// one. The replica itself is as it is: only functions of Node and of amqplib are wrapped.

import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';

export type Moment = 'after_transaction' | 'before_rename' | 'after_rename' | 'before_ack';

const { TEST_DEATH_MOMENT: moment, TEST_DEATH_USER: user = '' } = process.env;
const place = positionPathOf(user);
let isArmed = false;
let isLaidDown = false;

process.on('message', () => {
  isArmed = true;
});
process.channel?.unref();

function dieAt(reached: Moment): void {
  if (isArmed && reached === moment) process.kill(process.pid, 'SIGKILL');
}

const { renameSync, writeFileSync } = fs;
fs.writeFileSync = (file, data, options) => {
  const isBody = data instanceof Uint8Array && Buffer.from(data).includes(`{"user":"${user}"`);
  // It is stored, and its place has not been touched: the file beside it is open, and empty.
  if (isBody) dieAt('after_transaction');
  writeFileSync(file, data, options);
};
fs.renameSync = (from, to) => {
  const isPlace = String(to).endsWith(place);
  if (isPlace) dieAt('before_rename');
  renameSync(from, to);
  if (isPlace) dieAt('after_rename');
  isLaidDown ||= isArmed && isPlace;
};
syncBuiltinESMExports();

const require = createRequire(import.meta.url);
// By its path: it is no export of the package.
const { Channel } = require(join(dirname(require.resolve('amqplib')), 'lib', 'channel_model.js'));
const { ack } = Channel.prototype;
Channel.prototype.ack = function (...given: unknown[]) {
  if (isLaidDown) dieAt('before_ack');
  return ack.apply(this, given);
};
