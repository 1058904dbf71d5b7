// What happened before somebody asks the questions of docs/sql.md: events, the way that they take.

import { vi } from 'vitest';
import { Failure } from '../../src/domain/errors.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { Postgres } from '../../src/outbound/postgres-pool.ts';
import { digestOf } from '../../src/wire/digest.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { type FlowOptions, type linksOn, openFlow } from '../flow/open-flow.ts';
import { cookbookConfig } from './cookbook-config.ts';

type Links = ReturnType<typeof linksOn>;

const source = '/shop';
const hourMs = '3600000';

function reported(id: string, user: string | null): AcceptedEvent {
  const type = user === null ? 'season.changed' : 'user.login';
  const data = user === null ? {} : { device: 'web' };
  return {
    ...{ source, id, type, user, data, lane: 'interactive' },
    ...{ stamp: Date.now() * 4096, acceptedAtMs: Date.now() },
    ...{ ticket: ticketOf(source, id), digest: digestOf(type, data) },
  };
}

/**
 * Alice has offers and no books. Bob's books died in four attempts, Carol's wait for the second one.
 * What was stored for Dave could not be sent. One of two replicas has heard of Alice.
 */
export async function fillCookbook(links: Links, postgres: Postgres): Promise<void> {
  const count = async (text: string) =>
    Number(
      (await postgres.query<{ n: number }>(text, `select count(*) as n from ${text}`, []))[0]?.n,
    );

  const until = (text: string, rows = 1) =>
    vi.waitUntil(async () => (await count(text)) >= rows, { timeout: 15_000, interval: 20 });

  async function during(
    options: Partial<FlowOptions>,
    work: (event: typeof publish) => Promise<void>,
  ) {
    const flow = await openFlow(
      { ...links, close: async () => {} },
      { config: cookbookConfig(), ...options },
    );
    async function publish(id: string, user: string | null): Promise<void> {
      await flow.publish([reported(id, user)]);
      await until(`outcome where id = '${id}'`);
    }
    await work(publish);
    await flow.close();
  }

  await during({}, async (publish) => {
    await publish('e-1', 'alice');
    await until(`outcome where id = 'e-1'`, 2);
    await publish('e-2', 'bob');
    await until('dead_letter');
    await publish('e-0', null);
  });
  await during({ env: { BEFOREHAND_FIRST_RETRY_DELAY_MS: hourMs } }, async (publish) => {
    await publish('e-3', 'carol');
    await until('parked');
  });
  const fanOut = {
    ...links.fanOut,
    async send() {
      throw new Failure('unavailable', 'The broker has an alarm.');
    },
  };
  const env = {
    ...{ BEFOREHAND_FAN_OUT_PATIENCE_MS: '100', BEFOREHAND_FIRST_RETRY_DELAY_MS: hourMs },
  };
  await during({ env, disturb: (parts) => ({ ...parts, fanOut }) }, async (publish) => {
    await publish('e-4', 'dave');
    await until('unsent');
    await until('parked', 2);
  });
  await hearOfReplicas(links, postgres);
}

/** What two replicas said: one has positioned what everybody has, the other only what Alice had before. */
async function hearOfReplicas({ receipts }: Links, postgres: Postgres): Promise<void> {
  const documents = await postgres.query<{ user: string; version: number }>(
    'all-documents',
    'select user_id as user, version from document where version > 0',
    [],
  );
  const said = { sentAtMs: Date.now(), isCaughtUp: true };
  const positioned = { positionedAtMs: Date.now() };
  await receipts.storeReport({
    ...{ ...said, region: 'eu', instance: 'eu-1' },
    receipts: documents.map((document) => ({ ...document, ...positioned })),
  });
  await receipts.storeReport({
    ...{ ...said, region: 'us', instance: 'us-1' },
    receipts: documents
      .filter(({ user }) => user === 'alice')
      .map(({ user, version }) => ({ user, version: version - 1, ...positioned })),
  });
}
