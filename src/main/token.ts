// Entry: `npm run -s token -- USER [--ttl-s 3600]` prints a token and nothing else.

import { existsSync } from 'node:fs';
import { parseCommandLine } from './command-line.ts';
import { credentialFiles, readCredentials } from './credentials.ts';
import { dataDirSetting } from './data-dir.ts';
import { integer, readSettings } from './settings.ts';
import { signToken } from './sign-token.ts';

const usage = `Usage: npm run -s token -- USER [--ttl-s 3600]

Prints a token with which USER reads their content, for as many seconds.`;
/** A year: whoever needs longer should think about keys, not about tokens. */
const ttlBounds = { default: 3600, min: 1, max: 31_536_000 };

async function printToken(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(args, {
    options: { 'ttl-s': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    usage,
  });
  if (values.help) return console.log(usage);
  const [user, ...others] = positionals;
  if (user === undefined || others.length > 0) throw new Error(usage);
  const ttl = integer('--ttl-s', 'Seconds until the token expires.', ttlBounds);
  const { ttlS } = readSettings({ ttlS: ttl }, { '--ttl-s': values['ttl-s'] });
  const { dataDir } = readSettings(dataDirSetting, process.env);
  requireInstallation(dataDir);
  console.log(await signToken(readCredentials(dataDir), { user, ttlS }));
}

/** A key made here and now would sign tokens that no replica accepts. */
function requireInstallation(dataDir: string): void {
  if (existsSync(credentialFiles(dataDir).credentials)) return;
  throw new Error(
    `There is no installation in ${dataDir}. Run npm start or npm run stack -- up first, or set BEFOREHAND_DATA_DIR.`,
  );
}

await printToken(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
