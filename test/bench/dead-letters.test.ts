// What the bench says of dead letters: whether all poison is among them as it must be, and no other.

import { expect, it } from 'vitest';
import { type DeadLetter, poisonOf, wrongLetters } from '../../bench/isolation/dead-letters.ts';
import { userOf } from '../../bench/position/login.ts';
import { loginsOf } from '../../bench/position/run.ts';
import { poisonNames, reasons } from '../fixtures/poisons.ts';

const poisoned = loginsOf('run-1-poison', poisonNames.length);
const letters = poisoned.map((login): DeadLetter => {
  const [reason = ''] = reasons[poisonOf(login)];
  return { user: userOf(login), reason };
});
const [first, second, ...others] = letters as [DeadLetter, DeadLetter, ...DeadLetter[]];
const user = second.user;

it('finds nothing wrong with poison of every kind that died once for its reason', () => {
  expect(new Set(poisoned.map(poisonOf)).size).toBe(poisonNames.length);
  expect(wrongLetters(letters, poisoned)).toEqual([]);
});

it.each([
  ['poison that lives', [first, ...others], `${user} (hangs): no letter`],
  ['poison that died twice', [...letters, second], `${user} (hangs): deadline, deadline`],
  [
    'poison that died for another reason',
    [first, { user, reason: 'threw' }, ...others],
    `${user} (hangs): threw`,
  ],
  [
    'a good event that died',
    [...letters, { user: 'run-2-user-1', reason: 'crashed' }],
    'run-2-user-1 (good): crashed',
  ],
])('finds %s', (_what, found, line) => {
  expect(wrongLetters(found, poisoned)).toEqual([line]);
});
