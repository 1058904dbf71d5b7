// Entry: makes the key of a service in containers, once, where that service alone reads it. What it is
// good for stands in the command, which operators write: the authors' configuration says it for solo
// and the stack alone, because this may change who reports what.

import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cliSettings } from './cli-settings.ts';
import { parseCommandLine } from './command-line.ts';
import { renewServiceKey } from './service-key.ts';
import { readSettings } from './settings.ts';

const usage = `Usage: container-service-key SERVICE --source SOURCE --type TYPE [--type TYPE…] --file FILE`;
/** Another than its maker reads it, in a volume that nobody else has. */
const fileMode = 0o444;

function makeKey(args: readonly string[]): void {
  const { values, positionals } = parseCommandLine(args, {
    options: {
      source: { type: 'string' },
      type: { type: 'string', multiple: true },
      file: { type: 'string' },
    },
    usage,
  });
  const { source, type: types = [], file } = values;
  const [service, ...others] = positionals;
  const isWhole = service !== undefined && source !== undefined && file !== undefined;
  if (!isWhole || types.length === 0 || others.length > 0) throw new Error(usage);
  const { keysFile } = readSettings({ keysFile: cliSettings.keysFile }, process.env);
  // One that was revoked stays so, as long as its file is there.
  if (existsSync(file)) {
    console.log(`The key of ${service} is there.`);
    return;
  }
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const key = renewServiceKey(keysFile, { owner: 'containers', name: service }, { source, types });
  writeFileSync(unfinished, key, { mode: fileMode });
  renameSync(unfinished, file);
  console.log(`The key of ${service} is good for ${types.join(', ')} from ${source}.`);
}

try {
  makeKey(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
