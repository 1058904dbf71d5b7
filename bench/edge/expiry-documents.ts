// Documents of very many users, sent to one region as a worker sends them: in bundles, through the
// broker. They are in no Postgres: to bring them about by events would take minutes.

import { brokerSettings } from '../../src/main/broker-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { openBroker } from '../../src/wire/broker.ts';
import { encodeBundle } from '../../src/wire/bundle-message.ts';
import { brokerUrlOf } from './flood-broker-url.ts';
import { strangerPrefix } from './generators/offers.ts';
import type { Edge } from './open-edge.ts';

/** Nothing is made for them when they are read once their content has expired. */
export function expiringUsers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${strangerPrefix}expiring-${index}`);
}

const documentsPerBundle = 100;

/** The confirms of so many are waited for together. */
const bundlesTogether = 20;

const confirmDeadlineMs = 60_000;

/** About 1 KB, as of a small slot. */
const contentJson = JSON.stringify({
  headline: 'Until the hour is over',
  offers: Array.from({ length: 8 }, (_, index) => ({
    sku: `K-${100 + index}`,
    ...{ title: 'Cast-iron skillet, 26 cm', category: 'kitchen', currency: 'EUR' },
    ...{ listPriceCents: 5_400, priceCents: 4_590 },
  })),
});

/** Resolves once the broker has confirmed a document for each; `null`: its only slot never expires. */
export async function sendDocuments(
  edge: Edge,
  {
    region,
    users,
    expiresAtMs,
  }: { region: string; users: readonly string[]; expiresAtMs: number | null },
): Promise<void> {
  const settings = readSettings(brokerSettings, { BEFOREHAND_AMQP_URL: brokerUrlOf(edge) });
  const broker = openBroker({ ...settings, role: 'bench', observe: () => {} });
  const { content: exchange } = broker.topology.exchanges;
  const nowMs = Date.now();
  try {
    await broker.whenConnected();
    const bundles: Buffer[] = [];
    for (let from = 0; from < users.length; from += documentsPerBundle) {
      const documents = users
        .slice(from, from + documentsPerBundle)
        .map((user) => documentOf(user, { nowMs, expiresAtMs }));
      bundles.push(encodeBundle({ lane: 'bulk', documents, generic: [], resolved: [] }));
    }
    for (let from = 0; from < bundles.length; from += bundlesTogether) {
      const some = bundles.slice(from, from + bundlesTogether);
      await Promise.all(
        some.map((body) =>
          // To one region: a worker would name all of them.
          broker.publish({ exchange, key: `bulk.${region}`, body, deadlineMs: confirmDeadlineMs }),
        ),
      );
    }
  } finally {
    await broker.close();
  }
}

function documentOf(
  user: string,
  { nowMs, expiresAtMs }: { nowMs: number; expiresAtMs: number | null },
) {
  const content = {
    ...{ slot: 'offers', stamp: nowMs * 4096, generatedAtMs: nowMs, expiresAtMs, contentJson },
    event: { source: '/bench', id: `expiring-${user}`, type: 'user.logged-in' },
  };
  return { user, version: nowMs, storedAtMs: nowMs, slots: [content] };
}
