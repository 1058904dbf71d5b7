// An entry of src/main as a process of its own, with nothing in its environment but what it is given.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

export function startEntry(entry: string, env: { [name: string]: string }) {
  const child = spawn(process.execPath, ['--import', 'tsx', `src/main/${entry}.ts`], {
    env: { PATH: process.env.PATH, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, output: () => output };
}
