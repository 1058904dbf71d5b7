// Entry: `npm run -s token -- USER [--ttl-s 3600]` prints a token and nothing else.

import { parseArgs } from 'node:util';
import { openCredentials } from './credentials.ts';
import { dataDirSetting } from './data-dir.ts';
import { integer, readSettings } from './settings.ts';
import { signToken } from './sign-token.ts';

const usage = 'Usage: npm run -s token -- USER [--ttl-s 3600]';
/** A year: whoever needs longer should think about keys, not about tokens. */
const ttlBounds = { min: 1, max: 31_536_000 };

async function printToken(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'ttl-s': { type: 'string', default: '3600' } },
    allowPositionals: true,
  });
  const [user, ...others] = positionals;
  if (user === undefined || others.length > 0) throw new Error(usage);
  const ttl = integer('--ttl-s', 'Seconds until the token expires.', ttlBounds);
  const { ttlS } = readSettings({ ttlS: ttl }, { '--ttl-s': values['ttl-s'] });
  const { dataDir } = readSettings(dataDirSetting, process.env);
  console.log(await signToken(await openCredentials(dataDir), { user, ttlS }));
}

await printToken(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
