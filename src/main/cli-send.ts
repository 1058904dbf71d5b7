// `send`: one event, and how far it gets.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../domain/config.ts';
import type { Json } from '../domain/json.ts';
import { createUnitFinder } from '../domain/worker/units.ts';
import { postEvent } from '../outbound/http-producer.ts';
import { askReadiness } from '../outbound/http-region-door.ts';
import { readCount } from './cli-arguments.ts';
import { configFile } from './cli-config.ts';
import { followEvent, type Step } from './cli-follow.ts';
import { findInstallation, needed } from './cli-installation.ts';
import type { Terminal } from './cli-terminal.ts';
import { spanText } from './cli-time.ts';
import { loadConfig } from './load-config.ts';

type SendOptions = {
  data?: { value: Json };
  source: string;
  id?: string;
  lane?: string;
  everyone?: true;
  wait?: true;
  timeout: number;
  json?: true;
};

export function addSendCommand(cli: Command, terminal: Terminal): void {
  cli
    .command('send')
    .description('Sends an event, and with --wait tells how far it gets.')
    .argument('<type>', 'as in the configuration')
    .argument('[user]', 'whom it is about')
    .option('--everyone', 'it is about everyone: no user')
    .option('--data <json>', 'JSON, or @file; - reads it from stdin', readData)
    .option('--source <source>', 'who reports it', '/cli')
    .option('--id <id>', 'with the source it names the event; a new one unless given')
    .option('--lane <lane>', 'bulk: it may wait for others')
    .option('--wait', 'until it is settled and every region serves what came of it')
    .option('--timeout <seconds>', 'how long to wait at most', readCount, 30)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', help)
    .action((type: string, user: string | undefined, options: SendOptions, command: Command) => {
      if ((user === undefined) !== (options.everyone === true)) {
        command.error('error: say whom it is about: give a user, or --everyone');
      }
      return send(type, user ?? null, options, terminal);
    });
}

const help = `
The key is that of solo or the stack, or BEFOREHAND_PRODUCER_KEY.

Examples:
  npm run -s cli -- send user.login alice --data '{"device":"web"}' --wait
  npm run -s cli -- send user.login alice --data @login.json --lane bulk`;

async function send(
  type: string,
  user: string | null,
  options: SendOptions,
  terminal: Terminal,
): Promise<void> {
  const installation = findInstallation(process.env);
  const key = needed(installation.producerKey, 'key to send with', 'BEFOREHAND_PRODUCER_KEY');
  const ingest = needed(installation.ingests[0], 'address of the ingest', 'BEFOREHAND_INGEST_URL');
  const { source, lane = null, id = randomUUID(), json = false } = options;
  const event = { type, subject: user, source, id, lane, data: options.data?.value };
  const unitNames = options.wait ? await unitNamesOf(type, user, options.data?.value ?? null) : [];
  // The first request of a process takes tens of milliseconds that no producer knows.
  if (options.wait) await askReadiness(ingest);
  const sentAtMs = Date.now();
  const ticket = await postEvent(ingest, key, event);
  const width = Math.max(10, ...unitNames.map((name) => name.length));
  const tell = ({ step, text, atMs = Date.now() }: Step, more: object = {}) => {
    const afterMs = Math.max(0, atMs - sentAtMs);
    return terminal.print(
      json
        ? JSON.stringify({ step, afterMs, state: text, ...more })
        : `${spanText(afterMs).padStart(8)}  ${step.padEnd(width)}  ${text}`,
    );
  };
  if (!options.wait && !json) return terminal.print(ticket);
  const text = json ? 'accepted' : `ticket ${ticket}`;
  await tell({ step: 'accepted', text }, { ticket, source, id });
  if (!options.wait) return;
  const untilMs = sentAtMs + options.timeout * 1_000;
  await followEvent({ installation, ticket, user, source, id, unitNames, untilMs, tell });
}

/** Units that run now are told of by nobody: only the configuration says that there will be some. */
async function unitNamesOf(type: string, user: string | null, data: Json) {
  const config = await loadOwnConfig();
  // Then what has an outcome is all that is known.
  if (config === null) return [];
  return createUnitFinder(config)({ type, user, data }).map(({ name }) => name);
}

async function loadOwnConfig(): Promise<Config | null> {
  try {
    return await loadConfig(configFile());
  } catch {
    return null;
  }
}

function readData(text: string): { value: Json } {
  const file = text === '-' ? 0 : text.startsWith('@') ? text.slice(1) : null;
  try {
    return { value: JSON.parse(file === null ? text : readFileSync(file, 'utf8')) };
  } catch (error) {
    // biome-ignore lint/style/useErrorCause: commander's own error takes a text only.
    throw new InvalidArgumentError(
      `${(error as Error).message}. Give JSON, as in '{"device":"web"}', or @file.`,
    );
  }
}
