// The ports that solo mode listens at, looked at before anything is started.

import { createServer } from 'node:net';

export type RegionPort = { region: string; port: number };

/** `what` listens there; `setting` is the variable that gives it another one. */
export type SoloPort = { port: number; what: string; setting: string };

export const soloHost = '127.0.0.1';

export function soloPorts(settings: {
  ingestPort: number;
  operatorPort: number;
  replicaPorts: readonly RegionPort[];
}): SoloPort[] {
  const { ingestPort, operatorPort, replicaPorts } = settings;
  return [
    { port: ingestPort, what: 'ingest', setting: 'BEFOREHAND_INGEST_PORT' },
    ...replicaPorts.map(({ region, port }) => ({
      ...{ port, what: `region ${region}`, setting: 'BEFOREHAND_REPLICA_PORTS' },
    })),
    { port: operatorPort, what: 'operator', setting: 'BEFOREHAND_OPERATOR_PORT' },
  ];
}

/**
 * Throws one error that names every port that cannot be had. Somebody may still take one before it
 * is bound; that is told then, only later.
 */
export async function requireFreePorts(ports: readonly SoloPort[]): Promise<void> {
  const problems = await Promise.all(ports.map(problemWith));
  const told = problems.filter((problem) => problem !== null);
  if (told.length > 0) throw new Error(told.join('\n'));
}

async function problemWith({ port, what, setting }: SoloPort): Promise<string | null> {
  const code = await tryToListen(port);
  if (code === null) return null;
  const place = `Port ${port} (${what})`;
  return code === 'EADDRINUSE'
    ? `${place} is in use. Stop what uses it, or set ${setting}.`
    : `${place} cannot be listened at: ${code}. Set ${setting} to another.`;
}

/** Resolves with the code of the error, or `null` when it worked. */
function tryToListen(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: soloHost, port, exclusive: true }, () => {
      server.close(() => resolve(null));
    });
  });
}
