// Whoever comes with a token never seen does not keep those waiting who are known.

import { cpus } from 'node:os';
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

/** With a token of its own each, so that one process of the door at least has two at a time. */
async function askOnceMoreThanProcesses(): Promise<ReturnType<typeof door.ask>[]> {
  const tokens = await Promise.all(
    [...cpus(), 'one more'].map((_, index) => sign({ ...carol, jti: `${index}` })),
  );
  return tokens.map((token) =>
    door.ask({ path: me, headers: { ...bearer(token), origin: 'https://app.example' } }),
  );
}

it('refuses at once whose token would wait behind too many, and serves who is known', async () => {
  const env = {
    BEFOREHAND_NGINX_MAX_VERIFYING: '1',
    BEFOREHAND_CORS_ORIGINS: 'https://app.example',
  };
  door = await openDoor({ keys: [es256.jwk], env });
  const known = await sign();
  expect((await readAs(known)).text).toBe(documentOf('alice'));
  signalVerifier('SIGSTOP');
  const asked = await askOnceMoreThanProcesses();
  // It is answered while the others wait.
  const refused = await Promise.race(asked);
  expect(refused.status).toBe(503);
  expect(JSON.parse(refused.text)).toMatchObject({ status: 503, code: 'overloaded' });
  expect(refused.headers).toMatchObject({
    'retry-after': '1',
    'cache-control': 'no-store',
    'access-control-allow-origin': 'https://app.example',
  });
  expect((await readAs(known)).text).toBe(documentOf('alice'));
  expect((await door.ask({ path: me })).status).toBe(401);
  signalVerifier('SIGCONT');
  const served = (await Promise.all(asked)).filter(({ status }) => status !== 503);
  expect(served.map(({ text }) => text)).toEqual(served.map(() => documentOf('carol')));
  expect(served).not.toEqual([]);
});

it('lets hundreds of tokens never seen wait unless told otherwise, and refuses none of them', async () => {
  door = await openDoor({ keys: [es256.jwk], env: { BEFOREHAND_NGINX_WORKER_PROCESSES: '1' } });
  const known = await sign();
  expect((await readAs(known)).status).toBe(200);
  const tokens = await Promise.all(
    Array.from({ length: 300 }, (_, index) => sign({ ...carol, jti: `${index}` })),
  );
  signalVerifier('SIGSTOP');
  let answered = 0;
  const asked = tokens.map(async (token) => {
    const { status } = await readAs(token);
    answered += 1;
    return status;
  });
  for (let read = 0; read < 20; read += 1) expect((await readAs(known)).status).toBe(200);
  expect(answered).toBe(0);
  signalVerifier('SIGCONT');
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
});

it('verifies again itself what was good before, and lets nobody in that way who was not', async () => {
  const env = { BEFOREHAND_NGINX_MAX_VERIFYING: '1', BEFOREHAND_MAX_VERDICT_S: '1' };
  door = await openDoor({ keys: [es256.jwk, rs256.jwk], env });
  const [known, ofKeyThatGoes] = [await sign(), await sign({}, rs256)];
  for (const token of [known, ofKeyThatGoes]) expect((await readAs(token)).status).toBe(200);
  door.writeKeys([es256.jwk]);
  signalVerifier('SIGSTOP');
  try {
    await vi.waitFor(async () => {
      // The verdict lives for a second.
      expect((await readAs(ofKeyThatGoes)).status).toBe(401);
    }, patience);
    const asked = await askOnceMoreThanProcesses();
    expect((await Promise.race(asked)).status).toBe(503);
    for (let read = 0; read < 3; read += 1) {
      expect(await readAs(known)).toMatchObject({ status: 200, text: documentOf('alice') });
    }
    signalVerifier('SIGCONT');
    await Promise.all(asked);
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

it('calls nobody forbidden whose token nobody can verify', async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  door = await openDoor({
    keys: [es256.jwk],
    env: { BEFOREHAND_NGINX_MAX_MISSES: '1' },
    readDocument: (user) => answered.then(() => documentOf(user)),
  });
  signalVerifier('SIGKILL');
  const asked = await askOnceMoreThanProcesses();
  const refused = await Promise.race(asked);
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(JSON.parse(refused.text)).toMatchObject({ code: 'unavailable' });
  answer();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses).not.toContain(403);

  await door.stopReplica();
  expect((await readAs(await sign({ jti: 'new' }))).status).toBe(503);
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
  const tokens = await Promise.all(
    [...cpus(), 'one more'].map((_, index) => sign({ sub: `carol-${index}` })),
  );
  const waiting = tokens.map((token) => readAs(token));
  // It is answered while the others wait.
  expect((await Promise.race(waiting)).text).toBe(pendingText);
  // Positions need no replica, and whoever waits for an event is no miss.
  expect((await readAs(await sign())).text).toBe(documentOf('alice'));
  const after = readAs(await sign({ sub: 'dave' }), `${me}?after=ticket`);
  await vi.waitFor(() => expect(asked).toContain('dave'));
  answer();
  expect((await after).text).toBe(documentOf('dave'));
  const texts = (await Promise.all(waiting)).map(({ text }) => text);
  expect(texts.filter((text) => text !== pendingText)).not.toEqual([]);
});
