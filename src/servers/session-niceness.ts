// Who goes first when there is not CPU enough for all.

import { existsSync, writeFileSync } from 'node:fs';

/**
 * Linux may share CPU by sessions first (autogroup), and nice(1) counts within one session only.
 * `pid` must lead a session. `niceness` as of nice(1); below 0 only root may. No more than a hint:
 * the kernel takes few of them in a second from whoever is not root, and refuses the others.
 */
export function setSessionNiceness(pid: number, niceness: number): void {
  const file = `/proc/${pid}/autogroup`;
  try {
    if (existsSync(file)) writeFileSync(file, String(niceness));
  } catch {
    // It is served as all the others are.
  }
}
