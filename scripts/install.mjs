// Installs the dependencies when they are missing or not those of package-lock.json. Every npm
// script runs this first, so that a fresh clone needs one command. It has no dependencies itself.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** As in package.json's `engines`. */
const minimumNode = [20, 19];

function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [minimumMajor = 0, minimumMinor = 0] = minimumNode;
  return major > minimumMajor || (major === minimumMajor && minor >= minimumMinor);
}

/**
 * Compares the lockfile with the one that npm keeps of what it has put into node_modules, which it
 * writes last. Modification times tell nothing after a git checkout or a copy.
 */
function isInstalled(wanted, installed) {
  const wantedPackages = wanted.packages ?? {};
  const installedPackages = installed.packages ?? {};
  const hasNothingMissing = Object.entries(wantedPackages).every(
    ([path, entry]) => path === '' || isLeftOut(entry) || installedPackages[path] !== undefined,
  );
  const hasNothingElse = Object.entries(installedPackages).every(
    ([path, { version, integrity }]) =>
      wantedPackages[path]?.version === version && wantedPackages[path]?.integrity === integrity,
  );
  return hasNothingMissing && hasNothingElse;
}

/** npm leaves out what is meant for other platforms. */
function isLeftOut({ optional, devOptional }) {
  return Boolean(optional || devOptional);
}

function needsInstall(root) {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const installed = readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8');
    return !isInstalled(wanted, JSON.parse(installed));
  } catch {
    return true;
  }
}

/** Runs `work` while no other process does so with the same lock file. */
async function withLock(file, work) {
  while (!tryToLock(file)) await delay(100);
  const unlock = () => rmSync(file, { force: true });
  process.once('exit', unlock);
  try {
    await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

function tryToLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfStale(file);
    return false;
  }
}

/** A killed process leaves its lock behind. An empty file is one that is being written just now. */
function removeIfStale(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(file, { force: true });
  }
}

/**
 * Resolves with the exit code. Everything it says goes to stderr: on stdout, scripts such as
 * `npm run -s token` print nothing but their result.
 */
function runNpm(root) {
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const child = spawn(command, [...args, 'ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function install(root) {
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  await withLock(join(tmpdir(), `beforehand-install-${key}.lock`), async () => {
    // Whoever had the lock before us may have done it.
    if (!needsInstall(root)) return;
    console.error('Installing dependencies…');
    const code = await runNpm(root);
    if (code !== 0) {
      console.error(`Installing the dependencies failed: \`npm ci\` ended with code ${code}.`);
      process.exitCode = 1;
    }
  });
}

const root = fileURLToPath(new URL('..', import.meta.url));
if (!isNodeNewEnough(process.versions.node)) {
  console.error(`Node.js ${minimumNode.join('.')} or newer is needed; this is ${process.version}.`);
  process.exitCode = 1;
} else if (needsInstall(root)) {
  await install(root);
}
