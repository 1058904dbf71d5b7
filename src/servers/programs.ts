// Where server programs are on this machine, in PATH or in the places packages put them.

import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Homebrew on Apple silicon, Homebrew on Intel. */
const brewPrefixes = ['/opt/homebrew', '/usr/local'];

/** The path of an executable, or `null`. `directories` are asked before PATH. */
export function findProgram(name: string, directories: readonly string[] = []): string | null {
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== '');
  for (const directory of [...directories, ...path]) {
    const candidate = join(directory, name);
    if (isExecutable(candidate)) return candidate;
  }
  return null;
}

export type RabbitmqPrograms = { server: string; epmd: string };

/** Debian's own /usr/sbin/rabbitmq-server changes the user, so its directory is not asked first. */
export function findRabbitmq(): RabbitmqPrograms | null {
  const homes = brewPrefixes.map((prefix) => `${prefix}/opt/rabbitmq/sbin`);
  const server = findProgram('rabbitmq-server', ['/usr/lib/rabbitmq/bin', ...homes]);
  const epmd = findProgram(
    'epmd',
    brewPrefixes.map((prefix) => `${prefix}/bin`),
  );
  return server === null || epmd === null ? null : { server, epmd };
}

export function findNginx(): string | null {
  return findProgram('nginx', ['/usr/sbin', ...brewPrefixes.map((prefix) => `${prefix}/bin`)]);
}

/** The path of Nginx's module for JavaScript, where Debian and nginx.org put it; or `null`. */
export function findNginxJs(): string | null {
  const directories = ['/usr/lib/nginx/modules', ...brewPrefixes.map((prefix) => `${prefix}/lib`)];
  const paths = directories.map((directory) => join(directory, 'ngx_http_js_module.so'));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** Postgres's own client. Homebrew's libpq is not linked into PATH. */
export function findPsql(): string | null {
  const server = findPostgresDirectory();
  const brewed = brewPrefixes.map((prefix) => `${prefix}/opt/libpq/bin`);
  return findProgram('psql', server === null ? brewed : [...brewed, server]);
}

/** The path of the library that shows a process another time, where Debian puts it; or `null`. */
export function findFaketime(): string | null {
  const libraries = '/usr/lib';
  const paths = list(libraries).map((name) => join(libraries, name, 'faketime/libfaketime.so.1'));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** The path of a browser that tests drive, or `null`: Debian's, Google's, or that of macOS. */
export function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const found = names.map((name) => findProgram(name)).find((path) => path !== null);
  return found ?? (isExecutable(mac) ? mac : null);
}

/** The directory of `postgres` and `initdb`, of the newest major version that packages installed. */
export function findPostgresDirectory(): string | null {
  const debian = '/usr/lib/postgresql';
  const packaged = list(debian)
    .sort((a, b) => Number(b) - Number(a))
    .map((major) => `${debian}/${major}/bin`);
  const brewed = brewPrefixes.flatMap((prefix) =>
    list(`${prefix}/opt`)
      .filter((name) => /^postgresql(@\d+)?$/.test(name))
      .sort((a, b) => Number(b.split('@')[1] ?? 0) - Number(a.split('@')[1] ?? 0))
      .map((name) => `${prefix}/opt/${name}/bin`),
  );
  const initdb = findProgram('initdb', [...packaged, ...brewed]);
  if (initdb === null) return null;
  const directory = join(initdb, '..');
  return isExecutable(join(directory, 'postgres')) ? directory : null;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
