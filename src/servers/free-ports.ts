// Free TCP ports on the loopback address for servers that are about to start.
//
// A port is free, too, in the moment between a server's end and its new start, and whoever takes it
// then keeps that server from coming back. So ports are given out in turn: a file that all processes
// of a user share says where to go on, and a port comes again after twelve thousand others.

import { randomInt } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { withLock } from './with-lock.ts';

// Below the range from which Linux and macOS give ports to outgoing connections (32768 and 49152):
// a server there would collide with some client's socket sooner or later.
const firstPort = 20_000;
const endPort = 32_000;

/** A user may have no name, as in a container, but always has a number. */
const uid = process.getuid?.() ?? 0;
const turnFolder = join(tmpdir(), `beforehand-ports-${uid}`);
const turnFile = join(turnFolder, 'next');

/** Ports that nobody listens on. They are not held: the caller must bind them. */
export async function findFreePorts(count: number): Promise<number[]> {
  if (!canTakeTurns()) return freePortsFrom(randomInt(firstPort, endPort), count);
  return withLock(`${turnFile}.lock`, async () => {
    const ports = await freePortsFrom(readTurn(), count);
    writeFileSync(turnFile, String((ports.at(-1) ?? firstPort) + 1));
    return ports;
  });
}

export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port as number;
}

async function freePortsFrom(first: number, count: number): Promise<number[]> {
  const ports: number[] = [];
  let next = first;
  while (ports.length < count) {
    const port = await getPort({ port: portsFrom(next), host: '127.0.0.1' });
    // get-port falls back to any port at all when it has seen every candidate.
    if (port >= endPort) throw new Error(`No port from ${firstPort} to ${endPort} is free.`);
    ports.push(port);
    next = port + 1;
  }
  return ports;
}

/**
 * Whether there is a place for the turn that this user alone can write: where temporary files are,
 * others may have put a lock that never ends, or a link to what must not be overwritten.
 */
function canTakeTurns(): boolean {
  try {
    mkdirSync(turnFolder, { recursive: true, mode: 0o700 });
    const { uid: owner, mode } = lstatSync(turnFolder);
    if (owner !== uid || (mode & 0o022) !== 0) return false;
    accessSync(turnFolder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first one when no turn was written yet, or something that is none. */
function readTurn(): number {
  try {
    const next = Number(readFileSync(turnFile, 'utf8'));
    if (Number.isSafeInteger(next) && next > firstPort) return next;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return firstPort;
}

function* portsFrom(next: number): Iterable<number> {
  const range = endPort - firstPort;
  for (let step = 0; step < range; step += 1) yield firstPort + ((next - firstPort + step) % range);
}
