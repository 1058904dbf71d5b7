// Clears up after a test run that could not do it itself, however it was ended.

import { spawn } from 'node:child_process';

export type Reaper = {
  /** Adds the group of a process to what is ended. */
  watch(pid: number): void;
  /** Resolves when everything watched and the directory are gone. */
  reap(): Promise<void>;
};

/**
 * A shell that waits for the end of its input, which comes with our own end, even by SIGKILL. It
 * then ends what it was told of, and deletes `directory` once nothing writes there any more.
 */
export function startReaper(directory: string): Reaper {
  const script = [
    'groups=',
    'while read -r group; do groups="$groups -$group"; done',
    // SIGQUIT lets Postgres give its shared memory back, which SIGKILL would leave there.
    'for group in $groups; do kill -s QUIT -- "$group"; done',
    'attempts="1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"',
    'for group in $groups; do',
    '  for attempt in $attempts; do kill -s 0 -- "$group" || break; sleep 0.1; done',
    '  kill -s KILL -- "$group"',
    'done',
    'for attempt in $attempts; do rm -rf "$1" && exit; sleep 0.1; done',
  ].join('\n');
  const shell = spawn('sh', ['-c', script, 'sh', directory], {
    // A group of its own, because Ctrl-C in a terminal goes to the whole group.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  const gone = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    reap() {
      shell.ref();
      shell.stdin.end();
      return gone;
    },
  };
}
