// `event`: the story of one event, and running it once more.

import type { Command } from 'commander';
import { readFamily } from '../domain/worker/event-family.ts';
import type { EventHistory, Histories } from '../domain/worker/history.ts';
import { createUnitFinder } from '../domain/worker/units.ts';
import { postgresHistories } from '../outbound/postgres-histories.ts';
import { postgresReplay } from '../outbound/postgres-replay.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import { several } from './cli-arguments.ts';
import { configFile } from './cli-config.ts';
import { eventJson, eventPage, namedEvent } from './cli-event-text.ts';
import { findInstallation } from './cli-installation.ts';
import { withPostgres } from './cli-postgres.ts';
import { replayEvents } from './cli-replay.ts';
import type { Terminal } from './cli-terminal.ts';
import { loadConfig } from './load-config.ts';

type ReplayOptions = { name?: string[]; dryRun?: true };

const ticketOrSource = 'the ticket that its producer got, or its source';

export function addEventCommands(cli: Command, terminal: Terminal): void {
  const event = cli.command('event').description('What became of one event.');
  event
    .command('show')
    .description('Tells the story of an event, unit by unit, with what it reported.')
    .argument('<ticket or source>', ticketOrSource)
    .argument('[id]', 'its id, behind a source')
    .option('--json', 'one JSON object a line: the event, then those that it reported')
    .addHelpText('after', examples('show'))
    .action((first: string, id: string | undefined, options: { json?: true }) =>
      show(ticketFrom(first, id), nameOf(first, id), options, terminal),
    );
  event
    .command('replay')
    .description('Runs the units of an event once more, in the order that it had.')
    .argument('<ticket or source>', ticketOrSource)
    .argument('[id]', 'its id, behind a source')
    .option('--name <name>', 'only of this generator or reaction; may be repeated', several)
    .option('--dry-run', 'only tell what would be done')
    .addHelpText('after', `${examples('replay')}\n${replayMeans}`)
    .action((first: string, id: string | undefined, options: ReplayOptions) =>
      replay(ticketFrom(first, id), nameOf(first, id), options, terminal),
    );
}

const replayMeans = `
Its generators make their content anew, from its data and with the code of now. What a newer event
made in the same slot stays. Reactions are left alone unless --name names them: they would do again
what they did. What is dead is put back by dead redrive instead.`;

const examples = (command: string) => `
Examples:
  npm run -s cli -- event ${command} NIrDur_9FI9iC4k4JN1eCA
  npm run -s cli -- event ${command} /shop e-17`;

const ticketFrom = (first: string, id?: string) => (id === undefined ? first : ticketOf(first, id));

const nameOf = (first: string, id?: string) =>
  id === undefined ? `the ticket ${namedEvent(first, '').trimEnd()}` : namedEvent(first, id);

async function find(histories: Histories, ticket: string, name: string): Promise<EventHistory[]> {
  const found = await histories.events([ticket]);
  if (found.length > 0) return found;
  throw new Error(
    `No worker has begun ${name.startsWith('the ticket') ? `an event with ${name}` : `the event ${name}`}, or it was forgotten since. One that was just accepted may wait: npm run -s cli -- status shows the queues.`,
  );
}

async function show(
  ticket: string,
  name: string,
  options: { json?: true },
  terminal: Terminal,
): Promise<void> {
  await withPostgres(findInstallation(process.env), async (postgres) => {
    const histories = postgresHistories(postgres);
    for (const [index, event] of (await find(histories, ticket, name)).entries()) {
      const family = await readFamily(histories, ticketOf, event);
      if (options.json) {
        for (const one of [event, ...family.followUps]) {
          await terminal.print(JSON.stringify(eventJson(one)));
        }
        continue;
      }
      if (index > 0) await terminal.print('');
      const look = { nowMs: Date.now(), columns: terminal.columns };
      for (const line of eventPage(event, family, look)) await terminal.print(line);
    }
  });
}

async function replay(
  ticket: string,
  name: string,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<void> {
  // Which slot is whose, and whether somebody would run it at all.
  const unitsOf = createUnitFinder(await loadConfig(configFile()));
  await withPostgres(findInstallation(process.env), async (postgres) => {
    const events = await find(postgresHistories(postgres), ticket, name);
    await replayEvents(events, {
      replays: postgresReplay(postgres, digestOf),
      ...{ unitsOf, names: options.name ?? null },
      isDryRun: options.dryRun ?? false,
      terminal,
    });
  });
}
