// What a user's browser reports reaches reactions of that user, on the whole way from the door.

import { Type } from '@sinclair/typebox';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineEvent, defineReaction } from '../../src/domain/authors.ts';
import { ingestLimits } from '../../src/main/ingest-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { type IngestParts, startIngest } from '../../src/main/start-ingest.ts';
import { memoryClock } from '../../src/outbound/memory-clock.ts';
import { audience, es256, goodClaims, issuer, sign } from '../inbound/open-content.ts';
import { keysOfTests } from '../inbound/open-ingest.ts';
import { loginConfig } from './login-config.ts';
import { everyLinks, type Flow, openFlow } from './open-flow.ts';

const page = 'https://shop.example';

const clicked = defineEvent({
  ...{ type: 'content.clicked', fromClients: true },
  schema: Type.Object({ item: Type.String() }),
});

type Heard = { user: string; source: string; item: string };

function setUp() {
  const heard: Heard[] = [];
  const config = loginConfig({
    events: [clicked],
    generators: [],
    reactions: [
      defineReaction({
        ...{ name: 'remember-click', on: [clicked] },
        handle({ event: { user, source, data } }) {
          heard.push({ user, source, item: data.item });
        },
      }),
    ],
  });
  return { heard, config };
}

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.stop();
});

/** Posts Alice's click as her page does; resolves with the status and the body. */
async function openDoor(
  { publish }: Pick<Flow, 'publish'>,
  given: Pick<IngestParts, 'config' | 'clients'>,
) {
  const ingest = await startIngest({
    ...{ ...given, keys: keysOfTests, publisher: { publish }, publishingProblems: () => [] },
    limits: readSettings(ingestLimits, { BEFOREHAND_INGEST_CLOCK_PATIENCE_MS: '0' }),
    ...{ clockListener: memoryClock(), whenConnected: async () => {}, observe: () => {} },
    ...{ nowMs: Date.now, elapsedMs: () => performance.now() },
    address: { host: '127.0.0.1', port: 0 },
  });
  opened.push(ingest);
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const authorization = `Bearer ${await sign({ ...goodClaims, exp })}`;
  await vi.waitUntil(async () => (await fetch(`${ingest.url}/health/ready`)).ok);
  return async (headers = {}) => {
    const answer = await fetch(`${ingest.url}/v1/client-events`, {
      method: 'POST',
      headers: { origin: page, 'content-type': 'application/json', authorization, ...headers },
      body: JSON.stringify({
        events: [{ id: 'c-1', type: clicked.type, data: { item: 'lamp' } }],
      }),
    });
    return { status: answer.status, body: (await answer.json()) as { tickets: [string] } };
  };
}

const clients = {
  keys: { current: () => ({ jwks: [es256.jwk], secret: null }) },
  ...{ token: { issuer, audience }, corsOrigins: [page] },
};

describe.each(everyLinks)('a click that a browser reports, on %s', (_name, links) => {
  it('reaches a reaction of its user, once however often it is sent', async () => {
    const { heard, config } = setUp();
    const flow = await openFlow(await links(), { config });
    opened.push({ stop: flow.close });
    const report = await openDoor(flow, { config, clients });
    const { status, body } = await report();
    expect(status).toBe(202);
    const [ticket] = body.tickets;
    await vi.waitUntil(() => flow.outcomesOf(ticket).length > 0, { timeout: 30_000 });
    expect((await report()).body.tickets).toEqual([ticket]);
    await vi.waitUntil(() => flow.outcomesOf(ticket).length > 1, { timeout: 30_000 });
    expect(heard).toEqual([{ user: 'alice', source: '/clients/alice', item: 'lamp' }]);
  });
});

describe('an ingest that was given no keys of clients', () => {
  it('says so, and takes what producers send', async () => {
    const { config } = setUp();
    const published: unknown[] = [];
    const publish: Flow['publish'] = async (events) => {
      published.push(...events);
    };
    const report = await openDoor({ publish }, { config, clients: null });
    expect(await report()).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: expect.stringContaining('no keys of clients') },
    });
    expect(published).toEqual([]);
  });
});
