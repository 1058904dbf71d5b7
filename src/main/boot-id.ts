// Which start of the machine's kernel this is.

import { readFileSync } from 'node:fs';

/** `null` where the system does not tell: then nothing written may be left to the kernel to keep. */
export function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
