// `generator`: what this installation runs, and a dry run of it.

import type { Command } from 'commander';
import type { Only } from '../domain/author-types.ts';
import type { Config } from '../domain/config.ts';
import { configFile, type TryOptions } from './cli-config.ts';
import { tableLines } from './cli-table.ts';
import type { Terminal } from './cli-terminal.ts';
import { loadConfig } from './load-config.ts';

export function addGeneratorCommands(cli: Command, terminal: Terminal): void {
  const generator = cli
    .command('generator')
    .description('Generators and reactions of the configuration.');
  generator
    .command('list')
    .description('Lists them: what they fill, on what, and within which bounds.')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- generator list')
    .action((options: { json?: true }) => list(options, terminal));
  generator
    .command('try')
    .description('Runs a generator on an event as a worker would, and stores nothing.')
    .argument('<name>', 'as generator list prints it')
    .option('--event <file>', 'a CloudEvent as JSON; - reads it from stdin')
    .option('--ticket <ticket>', 'an event that Postgres still has, with what its slot holds now')
    .option('--previous <file>', 'JSON of what the slot holds; else nothing')
    .option('--json', 'as one JSON object')
    .addHelpText('after', tryHelp)
    .action(async (name: string, options: TryOptions, command: Command) => {
      if ((options.event === undefined) === (options.ticket === undefined)) {
        command.error('error: say on which event: give --event FILE or --ticket TICKET');
      }
      // What starts threads takes a moment to load.
      const { tryGenerator } = await import('./cli-generator-try.ts');
      await tryGenerator(name, options, terminal);
    });
}

const tryHelp = `
It runs in a thread with the deadline and the memory of a worker's; what it calls, it really calls.

Examples:
  npm run -s cli -- generator try offers --ticket NIrDur_9FI9iC4k4JN1eCA
  echo '{"type":"user.login","subject":"alice","data":{"device":"web"}}' |
    npm run -s cli -- generator try offers --event -`;

type Row = {
  name: string;
  kind: 'generator' | 'reaction';
  slot: string | null;
  audience: 'user' | 'everyone';
  on: readonly string[];
  everyMs: number | null;
  deadlineMs: number;
  concurrency: number;
  coalesce: 'latest' | null;
  only: Only | null;
  reports: readonly string[];
};

async function list(options: { json?: true }, terminal: Terminal): Promise<void> {
  const rows = rowsOf(await loadConfig(configFile()));
  if (options.json) {
    for (const row of rows) await terminal.print(JSON.stringify(row));
    return;
  }
  if (rows.length === 0) return terminal.print('The configuration has no generators or reactions.');
  const lines = rows.map((row) => [
    row.name,
    row.slot ?? '(reaction)',
    `${row.deadlineMs} ms`,
    String(row.concurrency),
    row.coalesce ?? '-',
    onText(row),
  ]);
  const head = ['NAME', 'SLOT', 'DEADLINE', 'AT A TIME', 'COALESCE', 'ON'];
  for (const line of tableLines(head, lines, terminal.columns)) await terminal.print(line);
}

function onText({ on, only, everyMs, audience }: Row): string {
  const which = Object.entries(only ?? {}).map(([member, value]) => ` with ${member} ${value}`);
  const when = everyMs === null ? on.join(' ') + which.join('') : `every ${everyMs / 1_000} s`;
  return audience === 'everyone' ? `${when}, for everyone` : when;
}

function rowsOf({ generators, reactions }: Config): Row[] {
  const ofGenerators = generators.map(({ generate: _, ...generator }) => ({
    ...generator,
    kind: 'generator' as const,
  }));
  const ofReactions = reactions.map(({ handle: _, ...reaction }) => ({
    ...reaction,
    kind: 'reaction' as const,
    ...{ slot: null, audience: 'user' as const, everyMs: null, coalesce: null },
  }));
  return [...ofGenerators, ...ofReactions].sort((a, b) => (a.name < b.name ? -1 : 1));
}
