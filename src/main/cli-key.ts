// `key`: who may send events.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { editKeysFile, readKeysFile } from '../outbound/file-keys-edit.ts';
import { newProducerKey } from '../outbound/file-keys-format.ts';
import { several } from './cli-arguments.ts';
import { findInstallation, needed } from './cli-installation.ts';
import { cliSettings } from './cli-settings.ts';
import { printable, tableLines } from './cli-table.ts';
import type { Terminal } from './cli-terminal.ts';
import { credentialFiles } from './credentials.ts';
import { readSettings } from './settings.ts';

type CreateOptions = { source: string[]; type: string[]; erase?: true; json?: true };

const pattern = 'a value, a prefix with * behind, or *; may be repeated';

export function addKeyCommands(cli: Command, terminal: Terminal): void {
  const key = cli
    .command('key')
    .description('Keys with which producers send events.')
    .addHelpText(
      'after',
      `\nThey are in the file that BEFOREHAND_KEYS_FILE names, else in that of solo or the stack.`,
    );
  key
    .command('create')
    .description('Makes a key, and prints it once: only its hash is kept.')
    .argument('<id>', 'its public part: who it is for, as in shop-2027')
    .requiredOption('--source <source>', `sources it may send as: ${pattern}`, several)
    .requiredOption('--type <type>', `types it may send: ${pattern}`, several)
    .option('--erase', 'may also erase users')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      `\nExample:\n  npm run -s cli -- key create shop-2027 --source '/shop*' --type 'user.*' > ~/shop.key`,
    )
    .action((id: string, options: CreateOptions) => create(id, options, terminal));
  key
    .command('list')
    .description('Lists them, without anything secret.')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- key list')
    .action((options: { json?: true }) => list(options, terminal));
  key
    .command('revoke')
    .description('Takes a key away: every ingest refuses it within 5 seconds.')
    .argument('<id>', 'as key list prints it')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- key revoke shop-2026')
    .action((id: string) => revoke(id, terminal));
}

/** Of an installation that does not run just now, too. */
function keysFile(): string {
  const { keysFile: given, dataDir } = readSettings(cliSettings, process.env);
  if (given !== '') return given;
  const own = credentialFiles(dataDir).producerKeys;
  if (existsSync(own)) return own;
  return needed(findInstallation(process.env).keysFile, 'keys file', 'BEFOREHAND_KEYS_FILE');
}

async function create(id: string, options: CreateOptions, terminal: Terminal): Promise<void> {
  const { source: sources, type: types, erase, json } = options;
  const scopes = erase ? (['publish', 'erase'] as const) : (['publish'] as const);
  const { keyText, entry } = newProducerKey({ id, sources, types, scopes });
  const path = keysFile();
  editKeysFile(path, (keys, entries) => {
    if (keys.has(id)) {
      throw new Error(`There is a key ${id} already. Choose another id, or revoke that one first.`);
    }
    return [...entries, entry];
  });
  const { sha256: _, ...shown } = entry;
  await terminal.print(json ? JSON.stringify({ ...shown, key: keyText }) : keyText);
  terminal.remark(
    `Keep it: it is shown this once. Every ingest that reads ${path} takes it within 5 s.`,
  );
}

async function list(options: { json?: true }, terminal: Terminal): Promise<void> {
  const keys = [...readKeysFile(keysFile()).values()].map(({ id, sources, types, scopes }) => ({
    id,
    sources,
    types,
    scopes,
  }));
  if (options.json) {
    for (const key of keys) await terminal.print(JSON.stringify(key));
    return;
  }
  if (keys.length === 0) return terminal.print('No keys: nobody can send events.');
  const rows = keys.map(({ id, sources, types, scopes }) => [
    ...[id, scopes.join(' '), sources.join(' '), types.join(' ')],
  ]);
  const head = ['ID', 'MAY', 'SOURCES', 'TYPES'];
  for (const line of tableLines(head, rows, terminal.columns)) await terminal.print(line);
}

async function revoke(id: string, terminal: Terminal): Promise<void> {
  let left = 0;
  editKeysFile(keysFile(), (keys, entries) => {
    if (!keys.has(id)) {
      throw new Error(
        `There is no key ${printable(id)}. There are: ${[...keys.keys()].join(', ')}.`,
      );
    }
    left = keys.size - 1;
    return entries.filter((entry) => (entry as { id?: unknown }).id !== id);
  });
  await terminal.print(`Revoked ${id}: every ingest refuses it within 5 s.`);
  if (left === 0) terminal.remark('It was the last one: nobody can send events now.');
}
