// Places among the requests in progress, and how they become free again.

import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { expect, it } from 'vitest';
import { openServer } from './open-server.ts';

it('gives the place of each answered request back, on a connection that stays open', async () => {
  const { server, url } = await openServer({ maxRequests: 2 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: (number | undefined)[] = [];
  for (let count = 0; count < 40; count += 1) {
    const asked = request(new URL('/users/ann', url), { agent }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    statuses.push(answer.statusCode);
  }
  agent.destroy();
  await server.stop();
  expect(statuses).toEqual(Array(40).fill(200));
});
