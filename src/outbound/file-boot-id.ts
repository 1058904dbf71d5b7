// Which start of the machine's kernel this is.

import { textOf } from './file-text.ts';

/** `null` where the system does not tell: then nothing written may be left to the kernel to keep. */
export function readBootId(): string | null {
  return textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}
