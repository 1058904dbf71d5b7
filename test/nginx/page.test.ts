// The page at the door of a unit: whoever asks, and whatever has died, there is one, and it is theirs.

import { rmSync, utimesSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Failure } from '../../src/domain/errors.ts';
import { bearer, es256, nowS, sign, stranger } from './client-tokens.ts';
import { essence } from './essence.ts';
import { openDoor } from './open-door.ts';
import { genericPage, pageOf, pendingPage } from './page-fixture.ts';

let door: Awaited<ReturnType<typeof openDoor>>;
const open = async (given: Partial<Parameters<typeof openDoor>[0]> = {}) => {
  door = await openDoor({ keys: [es256.jwk], hasPage: true, ...given });
};

afterEach(() => door.stop());

const cookie = (token: string) => ({ cookie: `beforehand_token=${token}` });
const ask = async (headers = {}, path = '/', method = 'GET') => {
  const { status, text } = await door.ask({ path, headers, method });
  return [status, text];
};
const killVerifier = () => process.kill(-door.nginxPids.verifier, 'SIGKILL');

it('is served without a replica: the own one, what everyone sees, and never a refusal', async () => {
  await open();
  const alice = await sign();
  const [before] = [essence(await door.ask({ path: '/', headers: bearer(alice) }))];
  await door.stopReplica();
  expect(essence(await door.ask({ path: '/', headers: bearer(alice) }))).toEqual(before);
  expect(before).toMatchObject({ status: 200, text: pageOf('alice') });
  expect(await ask(cookie(alice))).toEqual([200, pageOf('alice')]);
  expect(await ask(cookie(alice), '/', 'HEAD')).toEqual([200, '']);
  const known = { ...cookie(alice), 'if-none-match': String(before.headers.etag) };
  expect(await ask(known)).toEqual([304, '']);
  expect(await ask(cookie(await sign({ sub: 'carol' })))).toEqual([200, pendingPage]);
  for (const token of [await sign({ exp: nowS() - 1 }), await sign({}, stranger), 'x.y.z', 'x']) {
    expect(await ask(cookie(token))).toEqual([200, genericPage]);
    expect(await ask(bearer(token))).toEqual([200, genericPage]);
  }
  expect(await ask()).toEqual([200, genericPage]);
  // A condition that only a replica would judge.
  const odd = { 'if-none-match': 'rubbish' };
  expect(await ask(odd)).toEqual([200, genericPage]);
  expect(await ask({ ...odd, ...cookie('x.y.z') })).toEqual([200, genericPage]);
  expect(await ask({ ...odd, ...cookie(alice) })).toEqual([200, pendingPage]);
  // The headers are those of a page, whichever of them it is.
  for (const headers of [{}, cookie(await sign({ sub: 'carol' })), cookie('x.y.z')]) {
    const { etag: _, 'content-length': __, ...own } = before.headers;
    expect(essence(await door.ask({ path: '/', headers })).headers).toMatchObject(own);
  }
});

it('is everybody’s own when connections are shared', async () => {
  await open();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  const read = (headers: Record<string, string>) =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: door.port, agent, headers }, (answer) => {
        ports.add(answer.socket.localPort);
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve(text));
      });
      asked.on('error', reject).end();
    });
  const [alice, bob] = [await sign(), await sign({ sub: 'bob' })];
  for (let round = 0; round < 3; round += 1) {
    expect(await read(cookie(alice))).toBe(pageOf('alice'));
    expect(await read({})).toBe(genericPage);
    expect(await read(cookie(bob))).toBe(pageOf('bob'));
    expect(await read(cookie(await sign({ sub: 'carol' })))).toBe(pageOf('carol'));
    expect(await read(bearer(bob))).toBe(pageOf('bob'));
    expect(await read(cookie('x.y.z'))).toBe(genericPage);
  }
  expect(ports.size).toBe(1);
  agent.destroy();
});

it('is not the one of a replica that was silent too long', async () => {
  await open({ env: { BEFOREHAND_MAX_DARK_S: '60' }, readPage: async () => 'from the replica' });
  const read = async () => ask(cookie(await sign({ jti: Math.random().toString() })));
  const heartbeat = join(door.files.positions, 'heartbeat');
  expect(await read()).toEqual([200, pageOf('alice')]);
  utimesSync(heartbeat, nowS() - 61, nowS() - 61);
  expect(await read()).toEqual([200, 'from the replica']);
  await door.stopReplica();
  expect(await read()).toEqual([200, pendingPage]);
  door.positions.beat();
  expect(await read()).toEqual([200, pageOf('alice')]);
});

it.each([
  ['is overloaded', () => new Failure('overloaded', 'Too much.')],
  ['breaks', () => new Error('A mistake of ours.')],
])('is pending, and no problem, when the replica %s', async (_, error) => {
  await open({ readPage: () => Promise.reject(error()) });
  expect(await ask(cookie(await sign({ sub: 'carol' })))).toEqual([200, pendingPage]);
});

it('is the replica’s while nothing is laid down for everyone, and then a problem at last', async () => {
  await open();
  for (const name of ['generic.html', 'pending.html']) rmSync(join(door.files.positions, name));
  expect(await ask()).toEqual([200, genericPage]);
  expect(await ask(cookie('x.y.z'))).toEqual([200, genericPage]);
  await door.stopReplica();
  expect(await ask(cookie(await sign()))).toEqual([200, pageOf('alice')]);
  for (const headers of [{}, cookie('x.y.z'), cookie(await sign({ sub: 'carol' }))]) {
    const [status, text] = await ask(headers);
    expect([status, JSON.parse(String(text))]).toMatchObject([503, { code: 'unavailable' }]);
  }
});

it('is shown to whoever has a token while nobody verifies any', async () => {
  await open();
  killVerifier();
  expect(await ask(cookie(await sign()))).toEqual([200, pageOf('alice')]);
  await door.stopReplica();
  expect(await ask(cookie(await sign({ jti: 'new' })))).toEqual([200, genericPage]);
});

it('is what everyone sees for those whose tokens would wait behind too many', async () => {
  await open({
    env: { BEFOREHAND_NGINX_MAX_VERIFYING: '1', BEFOREHAND_NGINX_WORKER_PROCESSES: '1' },
  });
  process.kill(-door.nginxPids.verifier, 'SIGSTOP');
  const tokens = await Promise.all(['one', 'two'].map((jti) => sign({ jti })));
  const asked = tokens.map((token) => ask(cookie(token)));
  // It is answered while the other waits.
  expect(await Promise.race(asked)).toEqual([200, genericPage]);
  process.kill(-door.nginxPids.verifier, 'SIGCONT');
  expect((await Promise.all(asked)).map(([, text]) => text)).toContain(pageOf('alice'));
});

it('is shown to an address that has too much in progress', async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await open({
    env: { BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: '1' },
    readPage: (user) => answered.then(() => pageOf(user)),
  });
  const waiting = ask(cookie(await sign({ sub: 'carol' })));
  await expect.poll(() => ask(cookie('x.y.z'), '/v1/content/me').then(([it]) => it)).toBe(503);
  expect(await ask(cookie(await sign()))).toEqual([200, genericPage]);
  expect(await ask()).toEqual([200, genericPage]);
  answer();
  expect(await waiting).toEqual([200, pageOf('carol')]);
});

it('is nowhere in a region whose configuration has none, whatever lies there', async () => {
  await open({ hasPage: false });
  for (const path of ['/', '/?x', '/assets/', '/assets/dot.svg', '/page', '/page/generic']) {
    for (const headers of [{}, cookie(await sign())]) {
      const { status, headers: said, text } = await door.ask({ path, headers });
      expect([status, JSON.parse(text)]).toMatchObject([404, { code: 'not_found' }]);
      expect(said['content-security-policy']).toBeUndefined();
    }
  }
});
