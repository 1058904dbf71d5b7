// How dead letters look: as rows, as a page about one, as JSON for the next program.

import type {
  DeadLetter,
  DeadLetterSelection,
  DeadLetterTally,
  Verdict,
} from '../domain/worker/dead-letters.ts';
import { counted, numberText, printable, tableLines, timeText } from './cli-table.ts';

/** As much of a key as is printed. No two of a million letters begin with the same so many. */
const keyDigits = 12;

const everyone = '(everyone)';

const nameText = (name: string) => (name === '' ? '(the whole event)' : name);

/** Why a letter cannot be put back. */
export const hindrances: { readonly [V in Exclude<Verdict, 'redrivable'>]: string } = {
  id_reuse: 'their source and id belong to another event',
  malformed: 'nobody can read them',
  erased: 'their users were erased since',
  no_unit: 'no generator or reaction was there for their event',
};

/** A mistyped filter must not look as if nothing had died. */
export function noneText(selection: DeadLetterSelection): string {
  const isWhole = Object.values(selection).every((chosen) => chosen === null);
  return isWhole ? 'No dead letters.' : 'No dead letter fits.';
}

export function letterLines(letters: readonly DeadLetter[], columns: number | null): string[] {
  const rows = letters.map((letter) => [
    letter.key.slice(0, keyDigits),
    timeText(letter.diedAtMs),
    letter.reason,
    nameText(letter.name),
    letter.event.user ?? everyone,
    letter.error,
  ]);
  return tableLines(['KEY', 'DIED', 'REASON', 'NAME', 'USER', 'ERROR'], rows, columns);
}

/** For a list of candidates. */
export function oneLineLetter({ key, diedAtMs, reason, name, event }: DeadLetter): string {
  const user = event.user ?? everyone;
  return printable(
    [key.slice(0, keyDigits), timeText(diedAtMs), reason, name, event.type, user].join('  '),
  );
}

export function letterJson(letter: DeadLetter): string {
  const { key, name, reason, error, attempts, diedAtMs, verdict, event } = letter;
  const diedAt = new Date(diedAtMs).toISOString();
  return JSON.stringify({ key, diedAt, reason, name, error, attempts, verdict, event });
}

export function letterPage({ key, event, ...letter }: DeadLetter): string[] {
  const { verdict } = letter;
  const shortKey = key.slice(0, keyDigits);
  const facts: [string, string][] = [
    ['key', key],
    ['reason', letter.reason],
    ['name', nameText(letter.name)],
    ['attempts', String(letter.attempts)],
    ['died', new Date(letter.diedAtMs).toISOString()],
    ['user', event.user ?? everyone],
    ['type', event.type],
    ['source', event.source],
    ['id', event.id],
    ['ticket', event.ticket],
    ['lane', event.lane],
    ['stamp', String(event.stamp)],
    ['accepted', new Date(event.acceptedAtMs).toISOString()],
    ['digest', event.digest],
    [
      'put back',
      verdict === 'redrivable'
        ? `npm run -s cli -- dead redrive ${shortKey}`
        : `not possible: ${hindrances[verdict]}`,
    ],
  ];
  return [
    ...facts.map(([label, value]) => `${label.padEnd(10)}${printable(value)}`),
    ...['', 'error', indented(letter.error)],
    ...['', 'data', indented(JSON.stringify(event.data, null, 2))],
  ];
}

function indented(text: string): string {
  return printable(text).replace(/^/gm, '  ');
}

export function tallyLines({ groups }: DeadLetterTally, columns: number | null): string[] {
  const rows = groups.map((group) => [
    numberText(group.letters),
    group.reason,
    nameText(group.name),
    timeText(group.firstDiedAtMs),
    timeText(group.lastDiedAtMs),
    group.verdict === 'redrivable' ? 'yes' : `no: ${hindrances[group.verdict]}`,
  ]);
  const head = ['LETTERS', 'REASON', 'NAME', 'FIRST DIED', 'LAST DIED', 'REDRIVABLE'];
  return tableLines(head, rows, columns);
}

/** What was left where it is, one line for each kind. */
export function skippedLines(verdicts: ReadonlyMap<Verdict, number>): string[] {
  return Object.entries(hindrances).flatMap(([verdict, why]) => {
    const letters = verdicts.get(verdict as Verdict) ?? 0;
    return letters === 0 ? [] : [`Skipped ${counted(letters, 'letter')}, ${verdict}: ${why}.`];
  });
}
