// Loaded into a replica's process before the product: kills it after so many positions are unlinked.
//
// Usage: node --import tsx --import withdraw-death.ts src/main/replica.ts, with TEST_UNLINKS. The
// replica itself is as it is: only a function of Node is wrapped.

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';

const { unlinkSync } = fs;
let left = Number(process.env.TEST_UNLINKS ?? Number.POSITIVE_INFINITY);

fs.unlinkSync = (path) => {
  unlinkSync(path);
  if (!String(path).includes(`${sep}users${sep}`)) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();
