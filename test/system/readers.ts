// Readers that ask for documents side by side, over kept connections, and note what went wrong.

import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export type Trouble = { atMs: number; what: string };

export type Readers = {
  readonly reads: number;
  /**
   * Requests sent on a kept connection just as the server closed it, and sent again on a new one:
   * nobody can tell the two apart, so every client of HTTP does so.
   */
  readonly repeated: number;
  /** Answers that a reader should not get, and connections that were refused or broken. */
  troubles: readonly Trouble[];
  stop(): Promise<void>;
};

const pauseMs = 20;

export function startReaders(options: {
  door: string;
  /** By user. */
  tokens: ReadonlyMap<string, string>;
  count: number;
}): Readers {
  const { hostname, port } = new URL(options.door);
  const agent = new Agent({ keepAlive: true, maxSockets: options.count });
  const users = [...options.tokens];
  const troubles: Trouble[] = [];
  let reads = 0;
  let repeated = 0;
  let isStopping = false;

  function ask(user: string, token: string, mayRepeat: boolean): Promise<string | null> {
    return new Promise((resolve) => {
      const headers = { authorization: `Bearer ${token}` };
      // The second time on a new connection: the other kept ones may have been closed as well.
      const from = { agent: mayRepeat ? agent : false } as const;
      const asked = request({ hostname, port, path: '/v1/content/me', headers, ...from });
      asked.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve(`broke off: ${error.message}`));
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          const isTheirs = response.statusCode === 200 && body.includes(`"user":"${user}"`);
          resolve(isTheirs ? null : `${response.statusCode} ${body.slice(0, 200)}`);
        });
      });
      asked.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' || !asked.reusedSocket || !mayRepeat) {
          return resolve(`${error.code} ${error.message}`);
        }
        repeated += 1;
        resolve(ask(user, token, false));
      });
      asked.end();
    });
  }

  async function read(): Promise<void> {
    while (!isStopping) {
      const [user, token] = users[reads % users.length] as [string, string];
      reads += 1;
      const what = await ask(user, token, true);
      if (what !== null) troubles.push({ atMs: performance.now(), what });
      await sleep(pauseMs);
    }
  }

  const running = Array.from({ length: options.count }, read);
  return {
    get reads() {
      return reads;
    },
    get repeated() {
      return repeated;
    },
    troubles,
    async stop() {
      isStopping = true;
      await Promise.all(running);
      agent.destroy();
    },
  };
}
