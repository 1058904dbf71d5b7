// Tables on terminals: how much of each column is seen.

import { expect, it } from 'vitest';
import { tableLines } from '../../src/main/cli-table.ts';

const head = ['ID', 'NAME', 'ERROR'];
const error = 'e'.repeat(200);

it('cuts the last column to what a wide terminal has', () => {
  const [, line] = tableLines(head, [['1', 'offers', error]], 100);
  expect(line).toBe(`1   offers  ${'e'.repeat(87)}…`);
});

it('shows some of the last column where the others fill the terminal', () => {
  const name = 'n'.repeat(30);
  const lines = tableLines(head, [['1', name, error]], 24);
  expect(lines).toEqual([
    `ID  NAME${' '.repeat(18)}ERROR`,
    `1   ${'n'.repeat(19)}…  ${'e'.repeat(39)}…`,
  ]);
});

it('cuts nothing where no terminal is', () => {
  const [, line] = tableLines(head, [['1', 'n'.repeat(30), error]], null);
  expect(line).toBe(`1   ${'n'.repeat(30)}  ${error}`);
});
