// The ingest as a process of its own, as clients see it: whose tokens it takes, and when it takes none.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newProducerKey } from '../../src/outbound/file-keys-format.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { audience, es256, goodClaims, issuer, rs256, sign } from '../inbound/open-content.ts';
import { send } from '../inbound/open-ingest.ts';
import { startIngestProcess } from './ingest-process.ts';
import type { startEntry } from './start-entry.ts';

const { keyText, entry } = newProducerKey({
  ...{ id: 'test', sources: ['*'], types: ['*'], scopes: ['publish'] },
});
const page = 'https://shop.example';

let namespace: BrokerNamespace;
let folder: string;
const children: ReturnType<typeof startEntry>[] = [];

beforeAll(async () => {
  namespace = await openBrokerNamespace();
  folder = await mkdtemp(join(tmpdir(), 'ingest-clients-'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [entry] }));
  await writeKeys([es256.jwk]);
  await writeFile(join(folder, 'beforehand.config.mjs'), config);
});
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});
afterAll(async () => {
  await namespace.drop();
  await rm(folder, { recursive: true });
});

const jwksFile = () => join(folder, 'jwks.json');
const writeKeys = (keys: readonly object[]) => writeFile(jwksFile(), JSON.stringify({ keys }));

const config = `export const config = {
  regions: ['eu'],
  events: [{ type: 'content.clicked', lane: 'interactive', schema: {}, fromClients: true }],
  slots: {}, generators: [], reactions: [],
};`;

async function start(env: { [name: string]: string }) {
  const started = await startIngestProcess(keyText, {
    BEFOREHAND_AMQP_URL: namespace.url,
    BEFOREHAND_AMQP_NAMESPACE: namespace.topology.exchanges.events.replace('.events', ''),
    BEFOREHAND_KEYS_FILE: join(folder, 'keys.json'),
    BEFOREHAND_CONFIG: join(folder, 'beforehand.config.mjs'),
    BEFOREHAND_JWKS_CHECK_EVERY_MS: '50',
    ...env,
  });
  children.push(started);
  const report = async (key = es256) => {
    const exp = Math.floor(Date.now() / 1_000) + 60;
    const authorization = `Bearer ${await sign({ ...goodClaims, exp }, key)}`;
    const headers = { authorization, origin: page, 'content-type': 'application/json' };
    const body = JSON.stringify({ events: [{ id: 'c-1', type: 'content.clicked' }] });
    return send(new URL('/v1/client-events', started.url), headers, body);
  };
  return { ...started, report };
}

const tokens = () => ({
  BEFOREHAND_JWKS_FILE: jwksFile(),
  BEFOREHAND_TOKEN_ISSUER: issuer,
  BEFOREHAND_TOKEN_AUDIENCE: audience,
  BEFOREHAND_CORS_ORIGINS: `https://other.example ${page}`,
});

describe('the ingest', () => {
  it('queues what clients report, whose keys may change at any time', async () => {
    const { report, isReady } = await start(tokens());
    await isReady(200);
    expect(await report()).toMatchObject({ status: 202 });
    expect(await namespace.messagesIn(namespace.topology.queues.prepare.interactive)).toBe(1);
    expect(await report(rs256)).toMatchObject({ status: 401 });
    await writeKeys([rs256.jwk]);
    await expect.poll(async () => (await report(rs256)).status, { timeout: 15_000 }).toBe(202);
    expect(await report()).toMatchObject({ status: 401 });
  }, 60_000);

  it('takes no client events where it was told nothing of tokens', async () => {
    const { report, isReady } = await start({});
    await isReady(200);
    expect(await report()).toMatchObject({ status: 404, json: { code: 'not_found' } });
  }, 60_000);

  it('ends with 1 and one clear message when it was told half of it', async () => {
    const { ended, output } = await start({ ...tokens(), BEFOREHAND_TOKEN_ISSUER: '' });
    expect(await ended).toBe(1);
    expect(output()).toContain('BEFOREHAND_TOKEN_ISSUER and BEFOREHAND_TOKEN_AUDIENCE belong');
  }, 60_000);
});
