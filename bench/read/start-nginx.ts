// Nginx with a given configuration, in a directory of the place.

import { join } from 'node:path';
import { startNginxServer } from '../../src/servers/nginx-server.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';
import type { Place } from '../place.ts';

/** Returns the pid of its master once `port` answers. */
export async function startNginx(
  { directory, onSpawn }: Place,
  options: { name: string; program: string; port: number; config: string },
): Promise<number> {
  const { name, program, port, config } = options;
  const server = await startNginxServer({
    directory: join(directory, name),
    logFile: join(directory, `${name}.log`),
    ...{ program, config, onSpawn, isReady: () => portAnswers(port) },
  });
  return server.process.pid;
}
