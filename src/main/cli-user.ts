// `user`: what one user sees, why, and what happened to them before.

import { type Command, InvalidArgumentError } from 'commander';
import { isUser } from '../domain/event.ts';
import { readDocument } from '../outbound/http-region-door.ts';
import { postgresHistories } from '../outbound/postgres-histories.ts';
import { postgresReceipts } from '../outbound/postgres-receipts.ts';
import { readCount } from './cli-arguments.ts';
import { eventJson, timelineLines } from './cli-event-text.ts';
import { findInstallation, type Installation } from './cli-installation.ts';
import { withPostgres } from './cli-postgres.ts';
import type { Terminal } from './cli-terminal.ts';
import {
  documentJson,
  documentPage,
  type Region,
  receiptLines,
  regionLines,
} from './cli-user-text.ts';
import { signToken } from './sign-token.ts';

type ShowOptions = { json?: true; regions: boolean };
type TimelineOptions = { json?: true; limit: number };

/** As long as the regions may take to answer. */
const tokenTtlS = 60;

export function addUserCommands(cli: Command, terminal: Terminal): void {
  const user = cli.command('user').description('What one user sees, and why.');
  user
    .command('show')
    .description('Shows the document slot by slot: content, the event that made it, where it is.')
    .argument('<user>', 'whose it is', readUser)
    .option('--no-regions', 'ask Postgres only')
    .option('--json', 'as one JSON object, with all of the content')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- user show alice')
    .action((name: string, options: ShowOptions) => show(name, options, terminal));
  user
    .command('timeline')
    .description('Tells every event of the user and what became of its units, newest last.')
    .argument('<user>', 'whom the events are about', readUser)
    .option('--limit <count>', 'how many events at most, the newest', readCount, 50)
    .option('--json', 'one JSON object a line, with the data')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- user timeline alice --limit 5')
    .action((name: string, options: TimelineOptions) => timeline(name, options, terminal));
}

async function show(user: string, options: ShowOptions, terminal: Terminal): Promise<void> {
  const installation = findInstallation(process.env);
  const { history, receipts } = await withPostgres(installation, async (postgres) => ({
    history: await postgresHistories(postgres).document(user),
    receipts: await postgresReceipts(postgres).receiptsOf(user),
  }));
  if (history === null) throw new Error(unknownUser(user));
  const regions = options.regions ? await askRegions(installation, user) : [];
  if (options.json) return terminal.print(documentJson(history, regions, receipts));
  for (const line of documentPage(history, terminal.columns)) await terminal.print(line);
  const places = [
    regionLines(regions, history.version, terminal.columns),
    receiptLines(receipts, history, terminal.columns),
  ];
  for (const lines of places.filter(({ length }) => length > 1)) {
    for (const line of ['', ...lines]) await terminal.print(line);
  }
}

function unknownUser(user: string): string {
  return `Nothing was ever stored for ${user}. npm run -s cli -- user timeline ${user} shows events that came to nothing.`;
}

async function askRegions({ regions, token }: Installation, user: string): Promise<Region[]> {
  const signed = token && (await signToken({ token }, { user, ttlS: tokenTtlS }));
  return Promise.all(
    Object.entries(regions).map(async ([region, url]) => ({
      region,
      served: signed === null ? null : await readDocument({ region, url }, signed),
    })),
  );
}

async function timeline(user: string, options: TimelineOptions, terminal: Terminal): Promise<void> {
  const events = await withPostgres(findInstallation(process.env), (postgres) =>
    postgresHistories(postgres).timeline(user, options.limit),
  );
  if (options.json) {
    for (const event of events) await terminal.print(JSON.stringify(eventJson(event)));
    return;
  }
  if (events.length === 0) return terminal.print(`No event about ${user} is remembered.`);
  const look = { nowMs: Date.now(), columns: terminal.columns };
  for (const line of timelineLines(events, look)) await terminal.print(line);
  if (events.length === options.limit) terminal.remark('There may be older ones: raise --limit.');
}

function readUser(text: string): string {
  if (isUser(text)) return text;
  throw new InvalidArgumentError(
    'A user is 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ : + -, no dot first, and not me.',
  );
}
