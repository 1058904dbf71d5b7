// A region of three units behind the real balancer: who serves whom, and what happens when one dies.

import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { renderBalancerConfig, writeUnits } from '../../src/main/balancer-config.ts';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { type NginxServer, startNginxServer } from '../../src/servers/nginx-server.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';
import { ensureNginxJs } from '../../src/servers/system-packages.ts';
import { closeUnit, openUnit, streams, type Unit } from './balanced-units.ts';

const names = ['first', 'second', 'third'];
const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
const directory = mkdtempSync(join(tmpdir(), 'beforehand-balancer-'));
let units: Unit[];
let nginx: NginxServer;
let door: string;

beforeAll(async () => {
  const [port = 0, ...ports] = await findFreePorts(1 + names.length);
  units = await Promise.all(names.map((name, index) => openUnit(name, ports[index] as number)));
  const addresses = ports.map((unit) => `127.0.0.1:${unit}`);
  const files = writeUnits(directory, addresses);
  nginx = await startNginxServer({
    directory: join(directory, 'nginx'),
    program: inject('nginxProgram'),
    config: renderBalancerConfig(
      { port, jsModule: ensureNginxJs(console.log), ...files },
      readSettings(nginxSettings, { BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: '16' }),
    ),
    isReady: () => portAnswers(port),
    logFile: join(directory, 'nginx.log'),
  });
  door = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await nginx.stop();
  await Promise.all(units.map(closeUnit));
  await rm(directory, { recursive: true });
});

/** Signed by nobody: verifying is not the balancer's part. `more` makes tokens differ. */
function tokenOf(sub: unknown, more = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part({ iss: 'x', jti: more, sub })}.c2lnbmF0dXJl`;
}

async function ask(headers: Record<string, string>, path = '/v1/content/me') {
  const response = await fetch(door + path, { headers });
  return { status: response.status, ...((await response.json()) as Said) };
}

type Said = { unit: string; path: string; headers: Record<string, string> };

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

it('sends all tokens of a user to the same unit, in a header or a cookie, and uses all units', async () => {
  const served = new Set<string>();
  for (const user of users) {
    const { unit } = await ask(bearer(tokenOf(user, 'one')));
    expect((await ask(bearer(tokenOf(user, 'another')))).unit).toBe(unit);
    expect((await ask({ cookie: `beforehand_token=${tokenOf(user, 'third')}` })).unit).toBe(unit);
    served.add(unit);
  }
  expect([...served].toSorted()).toEqual(names);
});

it('sends the page and its files to the unit of their user, whoever asks for them', async () => {
  const served = new Set<string>();
  for (const user of users) {
    const { unit } = await ask(bearer(tokenOf(user)));
    const cookie = { cookie: `beforehand_token=${tokenOf(user, 'page')}` };
    for (const path of ['/', '/?x=1', '/assets/main-ABCD2345.js']) {
      expect(await ask(cookie, path)).toMatchObject({ unit, path });
    }
    expect((await ask(bearer(tokenOf(user)), '/')).unit).toBe(unit);
    served.add(unit);
  }
  expect([...served].toSorted()).toEqual(names);
});

it('finds a file of the page where it is, while units are of different builds', async () => {
  for (const user of users) {
    const headers = bearer(tokenOf(user));
    const { unit } = await ask(headers);
    for (const name of names) {
      const found = { status: 200, unit: name };
      expect(await ask(headers, `/assets/only-in-${name}.js`)).toMatchObject(found);
    }
    expect((await ask(headers, '/assets/nowhere.js')).status).toBe(404);
    expect(await ask(headers, '/v1/nothing')).toMatchObject({ status: 404, unit });
    // What it does not have takes no unit away.
    expect(await ask(headers)).toMatchObject({ status: 200, unit });
  }
});

it.each([
  ['nothing', {}],
  ['what is no token', bearer('x.y.z')],
  ['a subject that is no text', bearer(tokenOf({ length: 1 }))],
  ['another scheme', { authorization: 'Basic eDp5' }],
])('sends whoever brings %s to the unit of their address', async (_, headers) => {
  const { unit } = await ask({});
  expect(await ask(headers)).toMatchObject({ status: 200, unit });
});

it('passes addresses on as they came, and nothing of what a client claims about its way', async () => {
  const path = '/v1/content/a%40b//..%2fx?after=t&wait=10';
  const { headers, ...said } = await ask({ 'x-forwarded-for': '10.0.0.1' }, path);
  expect(said).toMatchObject({ path });
  expect(headers['x-forwarded-for']).toBe('127.0.0.1');
  expect(headers.host).toBe(new URL(door).host);
});

it('passes on each event of a stream at once', async () => {
  const ending = new AbortController();
  const response = await fetch(`${door}/v1/content/me/stream`, { signal: ending.signal });
  const reader = response.body?.getReader();
  for (const event of ['data: first\n\n', 'data: second\n\n']) {
    streams[0]?.write(event);
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(event);
  }
  ending.abort();
});

it('passes a refusal on and keeps asking the unit that refused', async () => {
  for (const user of users) {
    const headers = bearer(tokenOf(user));
    const { unit } = await ask(headers);
    expect(await ask(headers, '/v1/refused')).toMatchObject({ status: 503, unit });
    expect(await ask(headers)).toMatchObject({ status: 200, unit });
  }
});

it.each<[string, string, RequestInit, number, string]>([
  ['an endless address', `/v1/${'x'.repeat(9_000)}`, {}, 414, 'uri_too_long'],
  ['endless headers', '/v1/x', { headers: { x: 'x'.repeat(9_000) } }, 431, 'headers_too_large'],
  ['a body', '/v1/x', { method: 'POST', body: 'x'.repeat(3_000) }, 413, 'body_too_large'],
])('answers %s with a problem', async (_, path, init, status, code) => {
  const response = await fetch(door + path, init);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status, code });
});

it('loses no read when a unit dies, and returns to it when it is back', async () => {
  const [, second] = units as [Unit, Unit];
  const unitOf = async (user: string) => (await ask(bearer(tokenOf(user)))).unit;
  const unitsOfAll = async () => {
    const served: string[] = [];
    for (const user of users) served.push(await unitOf(user));
    return served;
  };
  const before = await unitsOfAll();
  expect(before).toContain('second');
  await closeUnit(second);
  for (const user of users) {
    const { status, unit } = await ask(bearer(tokenOf(user)));
    expect(status).toBe(200);
    expect(unit).not.toBe('second');
    const lacking = await fetch(`${door}/assets/nowhere.js`, { headers: bearer(tokenOf(user)) });
    expect(lacking.status).toBe(404);
    await lacking.text();
  }
  units[1] = await openUnit('second', second.port);
  await expect.poll(unitsOfAll).toEqual(before);
});

it('loses no read when a unit goes while those that are just back still rest', async () => {
  const [first, second, third] = units as [Unit, Unit, Unit];
  await Promise.all([first, second].map(closeUnit));
  // Several users' reads meet both, one after the other, before they meet the third.
  for (const user of [...users, ...users]) {
    expect((await ask(bearer(tokenOf(user)))).unit).toBe('third');
  }
  units[0] = await openUnit('first', first.port);
  units[1] = await openUnit('second', second.port);
  await closeUnit(third);
  for (const user of users) expect((await ask(bearer(tokenOf(user)))).status).toBe(200);
  units[2] = await openUnit('third', third.port);
});

it('says that nothing is available when all units are dead', async () => {
  await Promise.all(units.splice(0).map(closeUnit));
  const response = await fetch(`${door}/v1/content/me`);
  expect(response.headers.get('retry-after')).toBe('1');
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'unavailable' }]);
});
