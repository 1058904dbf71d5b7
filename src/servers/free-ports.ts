// Free TCP ports on the loopback address for servers that are about to start.

import getPort from 'get-port';

// Below the range from which Linux and macOS give ports to outgoing connections (32768 and 49152):
// a server there would collide with some client's socket sooner or later.
const firstPort = 20_000;
const endPort = 32_000;
const blockSize = 64;

/**
 * Ports that nobody listens on. They are not held: the caller must bind them soon. No port is
 * returned twice to one process, and processes begin at different places, so that runs side by
 * side do not choose the same ports in the moment before they bind them.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = await getPort({ port: candidates(), host: '127.0.0.1', reserve: true });
    // get-port falls back to any port at all when it has seen every candidate.
    if (port >= endPort) throw new Error(`No port from ${firstPort} to ${endPort} is free.`);
    ports.push(port);
  }
  return ports;
}

export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port as number;
}

function* candidates(): Iterable<number> {
  const range = endPort - firstPort;
  const start = (process.pid * blockSize) % range;
  for (let step = 0; step < range; step += 1) yield firstPort + ((start + step) % range);
}
