// How units look that have not ended, on a narrow terminal too; and spans of time.

import { expect, it } from 'vitest';
import type { EventHistory, UnitHistory } from '../../src/domain/worker/history.ts';
import { unitLines } from '../../src/main/cli-event-text.ts';
import { spanText } from '../../src/main/cli-time.ts';

const nowMs = 1_795_000_000_000;

const unit = (given: Partial<UnitHistory>): UnitHistory => ({
  ...{ name: 'offers', state: 'waiting', settledAtMs: null, dueAtMs: null, attempts: null },
  ...{ error: null, letter: null, ...given },
});

const linesOf = (units: UnitHistory[], columns: number | null = 80) => {
  const event = { units, acceptedAtMs: nowMs - 90_000 } as unknown as EventHistory;
  return unitLines(event, { nowMs, columns }, '  ');
};

it('tells of units that wait when they are tried again, and why', () => {
  const error = `threw: Error: ${'no price '.repeat(20)}`;
  expect(
    linesOf([
      unit({ settledAtMs: nowMs - 88_800, state: 'stored' }),
      unit({ name: 'mail', attempts: 2, dueAtMs: nowMs + 8_300, error }),
      unit({ name: 'books', attempts: 0, dueAtMs: nowMs - 5 }),
      unit({ name: 'music' }),
    ]),
  ).toEqual([
    '  1.2 s  offers  stored',
    '      -  mail    waiting: 2 failed, next attempt in 8.3 s',
    '         threw: Error: no price no price no price no price no price no price no…',
    '      -  books   waiting: next attempt is due',
    '      -  music   waiting: it runs now',
  ]);
});

it('says when the letter of what died was dropped, and when there is no unit', () => {
  expect(linesOf([unit({ state: 'dead', settledAtMs: nowMs })])).toEqual([
    '  1 min 30 s  offers  dead: its letter was dropped',
  ]);
  expect(linesOf([unit({ name: '', state: 'ignored', settledAtMs: nowMs - 90_001 })])).toEqual([
    '  0 ms  (the whole event)  ignored',
  ]);
  expect(linesOf([])).toEqual(['  begun; nothing of it has ended yet']);
});

it.each([
  [-5, '0 ms'],
  [999.4, '999 ms'],
  [1_000, '1.0 s'],
  [9_949, '9.9 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_725_000, '1 h 2 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms is %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
