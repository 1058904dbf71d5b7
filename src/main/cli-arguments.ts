// Arguments that several commands take, read or refused with what to type instead.

import { InvalidArgumentError } from 'commander';

export function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 10_000_000) return count;
  throw new InvalidArgumentError('Give a whole number from 1 on.');
}

/** For an option that may be given several times. */
export const several = (value: string, before: string[] = []) => [...before, value];
