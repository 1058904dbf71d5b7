// The user that servers run as which refuse to run as root, and what that user can reach.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SystemUser } from './child-process.ts';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** `nobody`: it exists on every system, and using it leaves no trace of us in /etc/passwd. */
export function findNobody(): SystemUser {
  const id = (option: string) =>
    Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}

/** Whether a user may pass through every directory above `path`, which need not exist itself. */
export function canPassTo(path: string, user: SystemUser): boolean {
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    if (!allows(statSync(at), user, 0o1)) return false;
    if (at === dirname(at)) return true;
  }
}

/** Whether a user may also read, and list or execute, what is at `path`. */
export function canUse(path: string, user: SystemUser): boolean {
  return canPassTo(path, user) && allows(statSync(path), user, 0o5);
}

/** Judged by the permission bits alone. */
function allows(
  file: { mode: number; uid: number; gid: number },
  user: SystemUser,
  bits: number,
): boolean {
  const shift = file.uid === user.uid ? 6 : file.gid === user.gid ? 3 : 0;
  return ((file.mode >> shift) & bits) === bits;
}
