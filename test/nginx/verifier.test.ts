// Whoever comes with a token never seen does not keep those waiting who are known.

import { afterEach, expect, it, vi } from 'vitest';
import { bearer, es256, rs256, sign } from './client-tokens.ts';
import { documentOf, openDoor, pendingText } from './open-door.ts';

let door: Awaited<ReturnType<typeof openDoor>>;

afterEach(() => door.stop());

const me = '/v1/content/me';
const patience = { timeout: 15_000, interval: 100 };
const carol = { sub: 'carol' };

/** To the group that is the master and its children. */
const signalVerifier = (signal: NodeJS.Signals) => process.kill(-door.nginxPids.verifier, signal);

const readAs = async (token: string, path = me) => door.ask({ path, headers: bearer(token) });

it('refuses at once whose token would wait behind too many, and serves who is known', async () => {
  const env = {
    BEFOREHAND_NGINX_MAX_VERIFYING: '1',
    BEFOREHAND_CORS_ORIGINS: 'https://app.example',
  };
  door = await openDoor({ keys: [es256.jwk], env });
  const known = await sign();
  expect((await readAs(known)).text).toBe(documentOf('alice'));
  const [first, second] = [await sign({ ...carol, jti: '1' }), await sign({ ...carol, jti: '2' })];
  signalVerifier('SIGSTOP');
  try {
    const waiting = readAs(first);
    const refused = await vi.waitFor(async () => {
      const headers = { ...bearer(second), origin: 'https://app.example' };
      const answer = await door.ask({ path: me, headers });
      expect(answer.status).toBe(503);
      return answer;
    });
    expect(JSON.parse(refused.text)).toMatchObject({ status: 503, code: 'overloaded' });
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'cache-control': 'no-store',
      'access-control-allow-origin': 'https://app.example',
    });
    expect((await readAs(known)).text).toBe(documentOf('alice'));
    signalVerifier('SIGCONT');
    expect((await waiting).text).toBe(documentOf('carol'));
  } finally {
    signalVerifier('SIGCONT');
  }
  expect((await readAs(second)).text).toBe(documentOf('carol'));
});

it('verifies again itself what was good before, and lets nobody in that way who was not', async () => {
  const env = { BEFOREHAND_NGINX_MAX_VERIFYING: '1', BEFOREHAND_MAX_VERDICT_S: '1' };
  door = await openDoor({ keys: [es256.jwk, rs256.jwk], env });
  const [known, ofKeyThatGoes] = [await sign(), await sign({}, rs256)];
  for (const token of [known, ofKeyThatGoes]) expect((await readAs(token)).status).toBe(200);
  door.writeKeys([es256.jwk]);
  signalVerifier('SIGSTOP');
  try {
    const waiting = readAs(await sign(carol));
    await vi.waitFor(async () => {
      // The verdict lives for a second at least, and not for two.
      expect((await readAs(ofKeyThatGoes)).status).toBe(401);
    }, patience);
    expect((await readAs(await sign({ jti: 'new' }))).status).toBe(503);
    for (let read = 0; read < 3; read += 1) {
      expect(await readAs(known)).toMatchObject({ status: 200, text: documentOf('alice') });
    }
    signalVerifier('SIGCONT');
    expect((await waiting).status).toBe(200);
  } finally {
    signalVerifier('SIGCONT');
  }
});

it('asks the replica about tokens when nobody verifies them', async () => {
  door = await openDoor({ keys: [es256.jwk] });
  const known = await sign();
  expect((await readAs(known)).status).toBe(200);
  signalVerifier('SIGKILL');
  expect((await readAs(known)).text).toBe(documentOf('alice'));
  expect((await readAs(await sign({ jti: 'new' }))).text).toBe(documentOf('alice'));
  expect((await readAs(`${(await sign()).slice(0, -8)}AAAAAAAA`)).status).toBe(401);
  expect((await readAs(await sign(), '/v1/content/bob')).status).toBe(403);
});

it('asks the replica for so many misses at a time; the next are shown what is for everyone', async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const asked: string[] = [];
  door = await openDoor({
    keys: [es256.jwk],
    env: { BEFOREHAND_NGINX_MAX_MISSES: '1' },
    async readDocument(user) {
      asked.push(user);
      await answered;
      return documentOf(user);
    },
  });
  const waiting = readAs(await sign(carol));
  await vi.waitFor(() => expect(asked).toEqual(['carol']));
  expect((await readAs(await sign({ sub: 'dave' }))).text).toBe(pendingText);
  // Positions need no replica, and whoever waits for an event is no miss.
  expect((await readAs(await sign())).text).toBe(documentOf('alice'));
  const after = readAs(await sign({ sub: 'dave' }), `${me}?after=ticket`);
  await vi.waitFor(() => expect(asked).toEqual(['carol', 'dave']));
  answer();
  expect((await waiting).text).toBe(documentOf('carol'));
  expect((await after).text).toBe(documentOf('dave'));
});
