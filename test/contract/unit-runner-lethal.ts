// Authors who end their thread, or try to end more than that.

import { exit } from 'node:process';
import { parentPort } from 'node:worker_threads';
import type { Generate } from './unit-runner-authors.ts';

/** Only for runners that protect the process. */
export const lethal: { [name: string]: Generate } = {
  'infinite-loop': ({ log }) => {
    log.info('begun');
    for (;;);
  },
  'loops-later': () => {
    // Right after the answer has gone, before the thread reads what it is given next.
    setImmediate(() => {
      for (;;);
    });
    return { content: 1 };
  },
  exits: () => process.exit(1),
  'exits-unheard': () => {
    try {
      exit(1);
    } catch {
      // It goes on all the same.
    }
    return { content: 'goes on' };
  },
  'ends-its-thread': () =>
    new Promise(() => {
      setImmediate(() => {
        throw new Error('nobody catches me');
      });
    }),
  'out-of-memory': () => {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array(100_000).fill(1.5));
  },
  'hundred-megabytes': () => ({ content: 'x'.repeat(100_000_000) }),
  'posts-nonsense': () => {
    for (const message of [null, 'text', {}, { kind: 'observed' }])
      parentPort?.postMessage(message);
    return { content: 1 };
  },
  'prints-a-lot': () => {
    for (let line = 0; line < 10_000; line += 1) console.log('x'.repeat(10_000));
    console.error('and an error');
    return { content: 1 };
  },
  'changes-its-process': () => {
    process.env.PATH = 'changed';
    process.stdout.end();
    process.removeAllListeners();
    process.on('uncaughtException', () => {});
    JSON.parse = () => 'parsed';
    const refused = [() => process.chdir('/'), () => process.abort(), () => process.umask(0)];
    for (const attempt of refused) {
      try {
        attempt();
      } catch {
        // Node refuses it in a thread.
      }
    }
    return { content: 1 };
  },
  'loops-in-microtasks': async () => {
    for (;;) await null;
  },
  'grows-a-list': () => {
    const list: unknown[] = [];
    for (;;) list.push({ list });
  },
  // Many and not one: V8 ends the process when a single one is to double beyond the limit.
  'grows-maps': () => {
    const maps: unknown[] = [];
    for (;;) maps.push(new Map(Array.from({ length: 1_000 }, (_, key) => [key, key])));
  },
  'asks-for-too-much': () => ({ content: 'x'.repeat(2 ** 31) }),
  'throws-a-trap': () => {
    throw new Proxy(new Error('trap'), {
      get() {
        throw new Error('from the trap');
      },
      getPrototypeOf() {
        throw new Error('from the trap');
      },
    });
  },
  'throws-a-hundred-megabytes': () => {
    throw new Error('x'.repeat(100_000_000));
  },
  'logs-megabytes': ({ log }) => {
    log.info('x'.repeat(10_000_000), { field: 'x'.repeat(10_000_000) });
    return { content: 1 };
  },
  'leaves-rejections': () => {
    for (let line = 0; line < 1_000; line += 1) void Promise.reject(new Error('again'));
    return { content: 1 };
  },
  'leaves-a-rejection': () => {
    void Promise.reject(new Error('nobody waits for me'));
    return { content: 1 };
  },
  'leaves-an-exception': () => {
    setTimeout(() => {
      throw new Error('nobody catches me');
    }, 100);
    return { content: 1 };
  },
};
