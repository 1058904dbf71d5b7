// Which dead letters a command is about: keys and filters, as people type them.

import { type Command, InvalidArgumentError } from 'commander';
import type {
  DeadLetter,
  DeadLetterSelection,
  DeadLetters,
} from '../domain/worker/dead-letters.ts';
import { several } from './cli-arguments.ts';
import { oneLineLetter } from './cli-dead-text.ts';

export type FilterOptions = {
  reason?: string[];
  name?: string[];
  type?: string[];
  user?: string[];
  source?: string[];
  since?: number;
  until?: number;
};

export function addFilters(command: Command): Command {
  return command
    .option('--reason <reason>', 'why it is dead, such as threw; may be repeated', several)
    .option('--name <name>', 'of the generator or reaction', several)
    .option('--type <type>', 'of the event', several)
    .option('--user <user>', "whom the event is about; '' is everyone", several)
    .option('--source <source>', 'of the event', several)
    .option('--since <time>', 'died then or later: 2h, 30m, 7d ago or an ISO time', readTime)
    .option('--until <time>', 'died then or earlier', readTime);
}

export function isFiltered({ reason, name, type, user, source, since, until }: FilterOptions) {
  return [reason, name, type, user, source, since, until].some((given) => given !== undefined);
}

const unitsMs: { readonly [unit: string]: number } = {
  ...{ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 },
};

/** An ISO date or time; without a zone it is UTC, as everything that we print. */
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/;

function readTime(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (unit !== undefined) return Math.round(Date.now() - Number(count) * (unitsMs[unit] ?? 0));
  const [matched, time, , , zone] = isoTime.exec(text) ?? [];
  const ms = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  if (matched !== undefined && !Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError('Give 90s, 30m, 2h, 7d or an ISO time: 2026-11-21T08:00:00Z.');
}

export function selectionOf(
  options: FilterOptions,
  keys: readonly string[] | null,
): DeadLetterSelection {
  return {
    keys,
    reasons: options.reason ?? null,
    names: options.name ?? null,
    types: options.type ?? null,
    users: options.user ?? null,
    sources: options.source ?? null,
    sinceMs: options.since ?? null,
    untilMs: options.until ?? null,
  };
}

/** The one letter whose key begins like this, or an error that says what to type instead. */
export async function findLetter(letters: DeadLetters, keyStart: string): Promise<DeadLetter> {
  const found = await letters.find(keyStart.toLowerCase(), 5);
  const [letter, ...others] = found;
  if (letter === undefined) throw new Error(`No dead letter has the key ${keyStart}.`);
  if (others.length === 0) return letter;
  const list = found.map((one) => `  ${oneLineLetter(one)}`).join('\n');
  throw new Error(
    `${found.length} or more keys begin with ${keyStart}; type more of one:\n${list}`,
  );
}

/** `null`: none was given. */
export async function findKeys(
  letters: DeadLetters,
  given: readonly string[],
): Promise<string[] | null> {
  if (given.length === 0) return null;
  const found = await Promise.all(given.map((keyStart) => findLetter(letters, keyStart)));
  return found.map((letter) => letter.key);
}

export function readKey(text: string): string {
  if (/^[0-9a-f]{4,64}$/i.test(text)) return text;
  throw new InvalidArgumentError(
    'A key is 4 or more hexadecimal digits, as dead list prints them.',
  );
}
