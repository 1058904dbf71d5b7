// What Nginx says when nobody else is left, and how long it trusts what it knows.

import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { bearer, es256, nowS, rs256, sign } from './client-tokens.ts';
import { documentOf, genericText, openDoor, pendingText } from './open-door.ts';

let door: Awaited<ReturnType<typeof openDoor>>;

afterEach(() => door.stop());

const me = '/v1/content/me';
const patience = { timeout: 15_000, interval: 100 };

it('serves without a replica: positions, what is for everyone, and the same refusals', async () => {
  door = await openDoor({ keys: [es256.jwk, rs256.jwk] });
  const alice = bearer(await sign());
  const unknown = bearer(await sign({ sub: 'carol' }));
  const refused = [{ path: me }, { path: '/v1/content/bob', headers: alice }];
  const expected = await Promise.all(refused.map(door.askReplica));
  await door.stopReplica();

  const ask = async (path: string, headers = {}, method = 'GET') => {
    const { status, text } = await door.ask({ path, headers, method });
    return [status, text];
  };
  expect(await ask(me, alice)).toEqual([200, documentOf('alice')]);
  expect(await ask(me, unknown)).toEqual([200, pendingText]);
  expect(await ask(`${me}?after=x`, alice)).toEqual([200, pendingText]);
  expect(await ask('/v1/generic')).toEqual([200, genericText]);
  expect((await ask('/health/live'))[0]).toBe(200);
  expect((await ask(`${me}/offers`, alice))[0]).toBe(503);
  expect((await ask(me, alice, 'POST'))[0]).toBe(503);
  expect((await ask('/health/ready'))[0]).toBe(503);
  for (const [index, request] of refused.entries()) {
    const { status, text } = expected[index] as { status: number; text: string };
    expect(await ask(request.path, request.headers)).toEqual([status, text]);
  }
});

it('trusts a token no longer than its exp, though its verdict is remembered', async () => {
  door = await openDoor({ keys: [es256.jwk] });
  const exp = nowS() + 3;
  const headers = bearer(await sign({ exp }));
  expect((await door.ask({ path: me, headers })).status).toBe(200);
  await vi.waitFor(async () => {
    expect((await door.ask({ path: me, headers })).status).toBe(401);
  }, patience);
  expect(nowS()).toBeGreaterThanOrEqual(exp);
});

it('refuses the tokens of a key that was taken out of the file, once verdicts have ended', async () => {
  door = await openDoor({
    keys: [es256.jwk, rs256.jwk],
    env: { BEFOREHAND_MAX_VERDICT_S: '2' },
  });
  const headers = bearer(await sign());
  expect((await door.ask({ path: me, headers })).status).toBe(200);
  door.writeKeys([rs256.jwk]);
  await vi.waitFor(async () => {
    expect((await door.ask({ path: me, headers })).status).toBe(401);
  }, patience);
  expect((await door.ask({ path: me, headers: bearer(await sign({}, rs256)) })).status).toBe(200);
});

it('leaves the verdict to the replica while the file of keys is broken', async () => {
  door = await openDoor({ keys: [es256.jwk] });
  writeFileSync(door.files.jwks, 'half a fi');
  expect((await door.ask({ path: me, headers: bearer(await sign()) })).status).toBe(200);
  expect((await door.ask({ path: me })).status).toBe(401);
});

it('serves no positions of a replica that was silent too long', async () => {
  door = await openDoor({ keys: [es256.jwk], env: { BEFOREHAND_MAX_DARK_S: '60' } });
  await door.stopReplica();
  const heartbeat = join(door.files.positions, 'heartbeat');
  const read = async () => {
    // A token of its own, so that no older verdict is remembered.
    const headers = bearer(await sign({ jti: Math.random().toString() }));
    return (await door.ask({ path: me, headers })).text;
  };
  expect(await read()).toBe(documentOf('alice'));
  utimesSync(heartbeat, nowS() - 61, nowS() - 61);
  expect(await read()).toBe(pendingText);
  rmSync(heartbeat);
  expect(await read()).toBe(pendingText);
  door.positions.beat();
  expect(await read()).toBe(documentOf('alice'));
});

it('words its own refusals as problems, and writes nothing to its log that clients bring about', async () => {
  door = await openDoor({ keys: [es256.jwk] });
  // Newer versions of Nginx tell there how they start.
  const logged = readFileSync(door.logFile, 'utf8');
  const long = 'x'.repeat(9_000);
  const cases: [Parameters<typeof door.ask>[0], number, string][] = [
    [{ path: '/metrics' }, 404, 'not_found'],
    [{ path: `/v1/${long}` }, 414, 'uri_too_long'],
    [{ path: me, headers: { x: long } }, 431, 'headers_too_large'],
    [{ path: me, method: 'POST', headers: { 'content-length': '3000' } }, 413, 'body_too_large'],
    [{ path: me, method: 'TRACE' }, 405, 'method_not_allowed'],
  ];
  for (const [request, status, code] of cases) {
    const answer = await door.ask(request);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.text)).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
  }
  expect(readFileSync(door.logFile, 'utf8')).toBe(logged);
});

it('refuses an address with too many requests in progress', async () => {
  door = await openDoor({
    keys: [es256.jwk],
    env: { BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: '2' },
  });
  const headers = bearer(await sign());
  const all = Array.from({ length: 50 }, () => door.ask({ path: `${me}?after=x`, headers }));
  const refused = (await Promise.all(all)).filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const { text } of refused) expect(JSON.parse(text)).toMatchObject({ code: 'overloaded' });
});
