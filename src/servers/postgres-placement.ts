// Where a private cluster and its binaries lie, so that the user Postgres runs as can reach them.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { SystemUser } from './child-process.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { stopLeftoverPostgres } from './postgres-leftover.ts';
import type { Notice } from './system-packages.ts';
import { canPassTo, canUse, findNobody, isRoot } from './system-user.ts';

export type PostgresPlacement = {
  readonly programs: string;
  readonly cluster: string;
  /** `null`: whoever we are. Postgres refuses to run as root. */
  readonly runAs: SystemUser | null;
};

/** For root only, for what lies below a directory that is closed to everyone else. */
const openDirectory = '/var/lib/beforehand';

export async function placePostgres(options: {
  dataDir: string;
  binaries: PostgresBinaries;
  onNotice: Notice;
}): Promise<PostgresPlacement> {
  const { dataDir, binaries, onNotice } = options;
  mkdirSync(dataDir, { recursive: true });
  const wanted = clusterPath(dataDir);
  if (!isRoot()) return { programs: binaries.directory, cluster: wanted, runAs: null };

  const runAs = ownerOf(wanted) ?? findNobody();
  const programs = canUse(join(binaries.directory, 'postgres'), runAs)
    ? binaries.directory
    : copyBinaries(binaries, onNotice);
  return { programs, cluster: await placeCluster(wanted, runAs, onNotice), runAs };
}

/** Deletes the cluster of a data directory, wherever it lies. Its server must be down. */
export function removePostgresCluster(dataDir: string): void {
  const wanted = clusterPath(dataDir);
  if (isLink(wanted)) rmSync(readlinkSync(wanted), { recursive: true, force: true });
  rmSync(wanted, { recursive: true, force: true });
}

function clusterPath(dataDir: string): string {
  return join(resolve(dataDir), 'postgres');
}

/** A cluster that a common user made stays theirs when root starts it. */
function ownerOf(cluster: string): SystemUser | null {
  const stats = statSync(cluster, { throwIfNoEntry: false });
  return stats === undefined || stats.uid === 0 ? null : { uid: stats.uid, gid: stats.gid };
}

async function placeCluster(wanted: string, user: SystemUser, onNotice: Notice): Promise<string> {
  if (isLink(wanted)) return readlinkSync(wanted);
  if (canPassTo(wanted, user)) return wanted;
  if (existsSync(wanted)) {
    throw new Error(`${wanted} lies below a directory that its owner cannot enter any more.`);
  }
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const cluster = join(openDirectory, key);
  // Without the link to it, the data directory that this cluster belonged to was deleted.
  await stopLeftoverPostgres(cluster);
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(openDirectory, { recursive: true, mode: 0o755 });
  symlinkSync(cluster, wanted);
  onNotice(
    `Postgres keeps its data in ${cluster}: it must not run as root, and others cannot enter the directories above ${wanted}.`,
  );
  return cluster;
}

function copyBinaries(binaries: PostgresBinaries, onNotice: Notice): string {
  const copy = join(openDirectory, `postgres-${binaries.version}`);
  if (!existsSync(copy)) {
    onNotice(`Copying Postgres to ${copy}, where a user other than root can run it.`);
    mkdirSync(openDirectory, { recursive: true, mode: 0o755 });
    const unfinished = mkdtempSync(`${copy}.`);
    cpSync(join(binaries.directory, '..'), unfinished, { recursive: true, verbatimSymlinks: true });
    openToAll(unfinished);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      // Another process has just finished the same copy.
      if (!existsSync(copy)) throw error;
    }
  }
  return join(copy, 'bin');
}

function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444 | executable(path));
  }
}

/** Whoever may execute a file decides for all. */
function executable(path: string): number {
  return statSync(path).mode & 0o100 ? 0o111 : 0;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
