// Requests that no library writes: refused as a client's mistake, or understood, like anybody's.

import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, es256, sign } from './client-tokens.ts';
import { canaryOf, openDoor } from './open-door.ts';

let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  door = await openDoor({ keys: [es256.jwk] });
});

afterAll(() => door.stop());

/** Everything that comes back until the connection is closed. */
function speak(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      heard += chunk;
    });
    socket.once('error', reject).once('close', () => resolve(heard));
  });
}

it.each([
  ['an encoding of the body that nobody knows', 'HTTP/1.1\r\nTransfer-Encoding: gzip'],
  ['a chunked that is none', 'HTTP/1.1\r\nTransfer-Encoding: xchunked'],
  ['a version of HTTP that is spoken otherwise', 'HTTP/2.0\r\nAccept: */*'],
])('refuses %s with 400', async (_what, rest) => {
  const token = await sign();
  const answer = await speak(
    `GET /v1/content/me ${rest}\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"malformed_request"');
  expect(answer.toLowerCase()).toContain('cache-control: no-store');
});

it.each([
  ['from a file', 'alice'],
  ['from the replica', 'carol'],
])('answers HTTP/1.0 without a Host %s', async (_where, user) => {
  const token = await sign({ sub: user });
  const answer = await speak(
    `GET /v1/content/me HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.[01] 200 /);
  expect(answer).toContain(canaryOf(user));
});

it('has one verdict for a token, however it is written', async () => {
  const token = await sign({ sub: 'bob', exp: Math.floor(Date.now() / 1000) + 500 });
  const verdicts = () =>
    readdirSync(join(door.files.nginx, 'verdicts'), {
      recursive: true,
      withFileTypes: true,
    }).filter((entry) => entry.isFile()).length;
  const before = verdicts();
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    const headers = { authorization: `${scheme} ${token}` };
    expect((await door.ask({ path: '/v1/content/me', headers })).status).toBe(200);
  }
  expect(verdicts()).toBe(before + 1);
});

it('refuses a signature whose last bits say nothing, as the replica does', async () => {
  const token = await sign();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) as string);
  const other = token.slice(0, -1) + alphabet[last + 1];
  const bytesOf = (text: string) => Buffer.from(text.split('.')[2] as string, 'base64url');
  expect(bytesOf(other).equals(bytesOf(token))).toBe(true);
  const asked = { path: '/v1/content/me', headers: bearer(other) };
  expect((await door.ask(asked)).status).toBe(401);
  expect((await door.askReplica(asked)).status).toBe(401);
});
