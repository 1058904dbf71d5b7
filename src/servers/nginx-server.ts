// Nginx with a given configuration, in a directory of its own.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, waitUntilReady } from './child-process.ts';
import { type RunningProcess, stopProcess } from './running-process.ts';
import { isRoot } from './system-user.ts';

export type NginxOptions = {
  /** Nginx's prefix: relative paths in the configuration start here, and `temp/` is there. */
  directory: string;
  /** The path of the program. */
  program: string;
  /** All of nginx.conf, except for `daemon`, `pid` and `user`. `error_log stderr` ends up in `logFile`. */
  config: string;
  isReady: () => boolean | Promise<boolean>;
  /** What Nginx writes before it has read the configuration, and its stderr. */
  logFile: string;
  onSpawn?: (pid: number) => void;
};

export type NginxServer = { readonly process: RunningProcess; stop(): Promise<void> };

export type LaunchNginx = (options: NginxOptions) => Promise<NginxServer>;

const readyTimeoutMs = 10_000;

/** Resolves when it is ready. */
export async function startNginxServer(options: NginxOptions): Promise<NginxServer> {
  const { directory } = options;
  mkdirSync(join(directory, 'temp'), { recursive: true });
  removeSockets(directory);
  writeFileSync(join(directory, 'nginx.conf'), options.config);
  const child = await startChild({
    name: 'nginx',
    command: options.program,
    args: nginxArguments(options),
    env: { PATH: process.env.PATH },
    cwd: directory,
    logFile: options.logFile,
    onSpawn: options.onSpawn,
  });
  await waitUntilReady('nginx', child, {
    isReady: options.isReady,
    timeoutMs: readyTimeoutMs,
  }).catch(async (error) => {
    await stopProcess(child.process, { signal: 'SIGTERM', killAfterMs: 1_000 });
    throw error;
  });
  return { process: child.process, stop: () => stopNginx(child.process) };
}

export function nginxArguments({ directory, logFile }: NginxOptions): string[] {
  return [
    ['-p', `${directory}/`, '-c', join(directory, 'nginx.conf')],
    // Given here, because the compiled-in log is opened before the configuration is read.
    ['-e', logFile, '-g', globalDirectives()],
  ].flat();
}

/** A killed Nginx leaves its sockets behind, and the next one refuses to take their place. */
function removeSockets(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isSocket()) rmSync(join(directory, entry.name));
  }
}

/** Lets requests end first, 10 s at most. */
export function stopNginx(server: RunningProcess): Promise<void> {
  return stopProcess(server, { signal: 'SIGQUIT', killAfterMs: 10_000 });
}

/**
 * Started by root, workers would change to a user who may not reach `directory`. As a private
 * server on a developer's machine it stays who it is.
 */
function globalDirectives(): string {
  const group = process.platform === 'darwin' ? 'wheel' : 'root';
  const user = isRoot() ? `user root ${group};` : '';
  return `daemon off; pid nginx.pid; ${user}`;
}
