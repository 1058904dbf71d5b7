// `dead`: what was given up, and what to do about it.

import type { Command } from 'commander';
import type { DeadLetter, DeadLetters } from '../domain/worker/dead-letters.ts';
import { postgresDeadLetters } from '../outbound/postgres-dead-letters.ts';
import { readCount } from './cli-arguments.ts';
import {
  addFilters,
  type FilterOptions,
  findKeys,
  findLetter,
  isFiltered,
  readKey,
  selectionOf,
} from './cli-dead-selection.ts';
import { letterJson, letterLines, letterPage, noneText, tallyLines } from './cli-dead-text.ts';
import { workThrough } from './cli-dead-work.ts';
import { findPostgres } from './cli-postgres.ts';
import { counted, numberText } from './cli-table.ts';
import type { Terminal } from './cli-terminal.ts';

type ListOptions = FilterOptions & { limit: number; json?: true };
type WorkOptions = FilterOptions & { all?: true; dryRun?: true; rate?: number };

const pageLetters = 200;

/** What one worker takes from its parked units in a second is about twice that. */
const defaultRate = 100;

export function addDeadCommands(cli: Command, terminal: Terminal): void {
  const dead = cli.command('dead').description('Units and events that were given up.');
  addFilters(dead.command('list').description('Lists them, newest first.'))
    .option('--limit <count>', 'how many at most', readCount, 50)
    .option('--json', 'one JSON object a line, with the whole event')
    .action((options: ListOptions) => withLetters((it) => list(it, options, terminal)));
  addFilters(dead.command('summary').description('Counts them by reason and name.'))
    .option('--json', 'one JSON object a line')
    .action((options: FilterOptions & { json?: true }) =>
      withLetters((it) => summarize(it, options, terminal)),
    );
  dead
    .command('show')
    .description('Tells everything about one.')
    .argument('<key>', 'the digits that list prints, or their beginning', readKey)
    .option('--json', 'as one JSON object')
    .action((key: string, { json }: { json?: true }) =>
      withLetters(async (letters) => {
        const letter = await findLetter(letters, key);
        for (const line of json ? [letterJson(letter)] : letterPage(letter)) {
          await terminal.print(line);
        }
      }),
    );
  addWork(dead.command('redrive').description('Puts them back: their units run again.'))
    .option('--rate <count>', 'letters a second', readCount, defaultRate)
    .action((keys: string[], options: WorkOptions, command: Command) =>
      work('redrive', keys, options, command),
    );
  addWork(dead.command('drop').description('Deletes them. Their units stay dead.')).action(
    (keys: string[], options: WorkOptions, command: Command) =>
      work('drop', keys, options, command),
  );

  function work(
    what: 'redrive' | 'drop',
    given: readonly string[],
    options: WorkOptions,
    command: Command,
  ): Promise<void> {
    if (given.length === 0 && !isFiltered(options) && !options.all) {
      command.error(`error: say which: give keys, filters, or --all for every dead letter`);
    }
    return withLetters(async (letters, place) => {
      const selection = selectionOf(options, await findKeys(letters, given));
      const { dryRun: isDryRun = false, rate = null } = options;
      if (!isDryRun) terminal.remark(`In ${place}:`);
      await workThrough({ letters, selection, what, isDryRun, rate, terminal });
    });
  }
}

function addWork(command: Command): Command {
  const several = (text: string, before: string[] = []) => [...before, readKey(text)];
  return addFilters(command.argument('[key...]', 'the digits that list prints', several))
    .option('--all', 'every dead letter there is')
    .option('--dry-run', 'only tell what would be done');
}

async function withLetters(
  work: (letters: DeadLetters, place: string) => Promise<void>,
): Promise<void> {
  const postgres = await findPostgres(process.env);
  try {
    await work(postgresDeadLetters(postgres), postgres.place);
  } finally {
    await postgres.close();
  }
}

async function list(letters: DeadLetters, options: ListOptions, terminal: Terminal): Promise<void> {
  const selection = selectionOf(options, null);
  const { limit, json = false } = options;
  const shown: DeadLetter[] = [];
  let count = 0;
  let before: DeadLetter | null = null;
  while (count < limit && !terminal.isClosed()) {
    const max = Math.min(pageLetters, limit - count);
    const page: DeadLetter[] = await letters.list(selection, { max, before });
    count += page.length;
    before = page.at(-1) ?? null;
    // A table needs all rows to know its widths; JSON may be any amount, and is passed on at once.
    if (json) for (const letter of page) await terminal.print(letterJson(letter));
    else shown.push(...page);
    if (page.length < max) break;
  }
  if (!json && count === 0) return terminal.print(noneText(selection));
  if (!json) for (const line of letterLines(shown, terminal.columns)) await terminal.print(line);
  if (count < limit || terminal.isClosed()) return;
  const { groups } = await letters.tally(selection);
  const more = groups.reduce((sum, group) => sum + group.letters, 0) - count;
  if (more > 0)
    terminal.remark(`${numberText(more)} more: --limit shows them, dead summary counts.`);
}

async function summarize(
  letters: DeadLetters,
  options: FilterOptions & { json?: true },
  terminal: Terminal,
): Promise<void> {
  const selection = selectionOf(options, null);
  const tally = await letters.tally(selection);
  if (options.json) {
    for (const group of tally.groups) await terminal.print(JSON.stringify(group));
    return;
  }
  const total = tally.groups.reduce((sum, group) => sum + group.letters, 0);
  if (total === 0) return terminal.print(noneText(selection));
  for (const line of tallyLines(tally, terminal.columns)) await terminal.print(line);
  await terminal.print(`${counted(total, 'dead letter')}.`);
}
