// The home page in solo mode as it runs, with a proxy before each product that is asked: it fails some
// people, each in one way and in one product.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { removePostgresCluster } from '../../../src/servers/postgres-placement.ts';
import type { HttpListener } from '../../http-listener.ts';
import { type SoloProcess, startSolo } from '../../system/solo-process.ts';
import { type Fault, faults, openFaultProxy } from './fault-proxy.ts';
import { type Product, startProduct } from './start-product.ts';

export const products = ['travel', 'insurance', 'energy', 'savings'] as const;

export const cases = products.flatMap((product) =>
  (Object.keys(faults) as Fault[]).map((fault) => ({
    ...{ product, fault, user: `${fault}.${product}` },
  })),
);

export type FaultyHome = {
  solo: SoloProcess;
  dataDir: string;
  running: ReadonlyMap<string, Product>;
  /** What the psql of an operator shows of the unit that was given up. */
  deadLetterOf(user: string, name: string): Promise<{ ticket: string } | undefined>;
  stop(): Promise<void>;
};

export async function openFaultyHome(): Promise<FaultyHome> {
  const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-faults-'));
  const running = new Map<string, Product>();
  const proxies: HttpListener[] = [];
  const urls: { [name: string]: string } = {};
  await Promise.all(
    products.map(async (name) => {
      const product = await startProduct(name);
      const proxy = await openFaultProxy(name, product.url);
      running.set(name, product);
      proxies.push(proxy);
      urls[`HOME_${name.toUpperCase()}_URL`] = proxy.url;
    }),
  );
  const solo = await startSolo(dataDir, {
    ...urls,
    BEFOREHAND_CONFIG: 'home.config.ts',
    // Only the others are looked at; and what fails for a few must not be saved from failing.
    // Deals is not started.
    HOME_DEALS_URL: 'http://127.0.0.1:9',
    BEFOREHAND_CIRCUIT_MAX_FAILURES: '10000',
    BEFOREHAND_FIRST_RETRY_DELAY_MS: '50',
    BEFOREHAND_SECOND_RETRY_DELAY_MS: '50',
    BEFOREHAND_THIRD_RETRY_DELAY_MS: '50',
  });
  const postgres = new pg.Pool({ connectionString: solo.summary.inspector, max: 2 });
  return {
    ...{ solo, dataDir, running },
    async deadLetterOf(user, name) {
      const { rows } = await postgres.query(
        "select * from inspect.dead_letters where user_id = $1 and name = $2 and type = 'user.login'",
        [user, name],
      );
      return rows[0];
    },
    async stop() {
      await postgres.end();
      await solo.stop('SIGTERM');
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await Promise.all([...running.values()].map((product) => product.stop()));
      removePostgresCluster(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
