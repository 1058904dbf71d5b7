// The login of solo mode with all behind it: the cookie reads, the platform is told, scripts get tokens.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { type SoloProcess, startSolo } from './solo-process.ts';

const config = fileURLToPath(new URL('../fixtures/services/services-config.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-solo-'));
/** As the settings name it. */
const tokenCookie = 'reader';
let solo: SoloProcess;

beforeAll(async () => {
  const env = { BEFOREHAND_CONFIG: config, BEFOREHAND_TOKEN_COOKIE: tokenCookie };
  solo = await startSolo(dataDir, env);
}, 120_000);

afterAll(() => {
  solo.child.kill('SIGKILL');
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

const regions = () => Object.values(solo.summary.regions);

function post(
  region: string,
  path: string,
  { cookie = '', body }: { cookie?: string; body?: object },
) {
  return fetch(`${region}/demo/session${path}`, {
    method: 'POST',
    headers: {
      ...{ origin: region, cookie },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function logIn(region: string, user: string): Promise<string> {
  const answer = await post(region, '', { body: { user } });
  expect(answer.status).toBe(204);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return cookie;
}

const sessionOf = async (region: string, cookie: string) => {
  const answer = await fetch(`${region}/demo/session`, { headers: { cookie } });
  return (await answer.json()) as { user: string | null; people: { user: string }[] };
};

describe('the login of solo mode', () => {
  it('is at every region, for three people, and nobody at first', async () => {
    for (const region of regions()) {
      const { user, people } = await sessionOf(region, '');
      expect([user, people.map((person) => person.user)]).toEqual([null, ['ada', 'ben', 'mira']]);
    }
  });

  it('gives a cookie that reads everywhere, and what the login leads to is there', async () => {
    const [eu = '', us = ''] = regions();
    const cookie = await logIn(eu, 'ada');
    expect(cookie).toMatch(new RegExp(`^${tokenCookie}=ey`));
    expect((await sessionOf(us, cookie)).user).toBe('ada');
    const read = async () => {
      const answer = await fetch(`${us}/v1/content/me`, { headers: { cookie } });
      return (await answer.json()) as { user: string; slots: { tiny: { state: string } } };
    };
    await expect.poll(read).toMatchObject({ user: 'ada', slots: { tiny: { state: 'personal' } } });
  });

  it('gives a token for minutes, which reads without the cookie', async () => {
    const [eu = ''] = regions();
    const answer = await post(eu, '/token', { cookie: await logIn(eu, 'ben') });
    const { token, expiresAt } = (await answer.json()) as { token: string; expiresAt: string };
    const ttlMs = Date.parse(expiresAt) - Date.now();
    expect(ttlMs).toBeGreaterThan(10 * 60_000);
    expect(ttlMs).toBeLessThanOrEqual(15 * 60_000);
    const headers = { authorization: `Bearer ${token}` };
    const content = await fetch(`${eu}/v1/content/me`, { headers });
    expect(await content.json()).toMatchObject({ user: 'ben' });
  });

  it('gives nothing to whoever has no cookie, or one of somebody else', async () => {
    const [eu = ''] = regions();
    const cookie = await logIn(eu, 'mira');
    const forged = `${cookie.slice(0, -4)}AAAA`;
    for (const given of ['', forged, `${tokenCookie}=x`]) {
      expect((await post(eu, '/token', { cookie: given })).status).toBe(401);
      expect((await sessionOf(eu, given)).user).toBeNull();
    }
  });
});
