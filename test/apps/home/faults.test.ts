// Products that fail in every way we could think of, in solo mode as it runs: each costs only its own
// slot, of only those people whom it fails, and an operator sees which product it was and why.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removePostgresCluster } from '../../../src/servers/postgres-placement.ts';
import type { HttpListener } from '../../http-listener.ts';
import { runCli } from '../../main/run-cli.ts';
import { type SoloProcess, startSolo } from '../../system/solo-process.ts';
import { postLogins, readDocument } from '../../system/stack-driver.ts';
import { expressionText, type Fault, faults, markupText, openFaultProxy } from './fault-proxy.ts';
import { badPushes, titledPush } from './pushes.ts';
import { type Product, startProduct } from './start-product.ts';

const products = ['travel', 'insurance', 'energy', 'savings'] as const;
const literal = { expression: expressionText, markup: markupText } as const;
/** What an operator reads of each of the others. */
const errors: { readonly [fault in Exclude<Fault, keyof typeof literal>]: RegExp } = {
  killed: /^(Error: )?PRODUCT did not answer \/content: start it, or correct HOME_PRODUCT_URL\. /,
  slow: /^No result within 1000 ms\.$/,
  huge: /^(Error: )?PRODUCT answered \/content with more than 65536 bytes: its team must send less\.$/m,
  broken: /^(Error: )?PRODUCT answered \/content with what is no JSON, which its team must mend: /,
  misfit: /^(Error: )?PRODUCT sent content that its team must mend: \/data\/color/,
  script:
    /^(Error: )?PRODUCT sent content that its team must mend: \/data\/\S*url must be a link of .*javascript:alert\(1\)/,
};
const cases = products.flatMap((product) =>
  (Object.keys(faults) as Fault[]).map((fault) => ({
    product,
    fault,
    user: `${fault}.${product}`,
  })),
);

/** A machine that is busy with other tests takes its time over a product that is slow. */
const patienceMs = 60_000;

const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-faults-'));
const running = new Map<string, Product>();
const proxies: HttpListener[] = [];
let solo: SoloProcess;
let postgres: pg.Pool;

beforeAll(async () => {
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
  solo = await startSolo(dataDir, {
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
  postgres = new pg.Pool({ connectionString: solo.summary.inspector, max: 2 });
  await postLogins(
    solo.summary,
    cases.map(({ user }) => ({ id: `login-${user}`, user })),
  );
});

afterAll(async () => {
  await postgres?.end();
  await solo?.stop('SIGTERM');
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await Promise.all([...running.values()].map((product) => product.stop()));
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

type Slot = { state: string; content: { template?: string; data?: { title: string } } };

async function slotsOf(user: string): Promise<{ [slot: string]: Slot }> {
  const { status, body } = await readDocument(solo.summary.regions.eu, solo.summary, user);
  expect(status).toBe(200);
  return JSON.parse(body).slots;
}

/** What the psql of an operator shows of the unit that was given up. */
async function deadLetterOf(user: string, name: string) {
  const { rows } = await postgres.query(
    "select * from inspect.dead_letters where user_id = $1 and name = $2 and type = 'user.login'",
    [user, name],
  );
  return rows[0];
}

// At once, as their users are.
describe.concurrent.each(cases)('a $product that is $fault', ({ product, fault, user }) => {
  const slot = `home.${product}`;
  const fails = !(fault in literal);

  it('leaves the document whole, and every other slot as personal as ever', async ({ expect }) => {
    await expect
      .poll(async () => (await slotsOf(user))[slot]?.state)
      .toBe(fails ? 'generic' : 'personal');
    const slots = await slotsOf(user);
    expect(Object.keys(slots)).toEqual(
      expect.arrayContaining(['offers', 'home.order', 'home.deals']),
    );
    expect(slots[slot]?.content.data?.title).toEqual(expect.any(String));
    for (const other of products.filter((name) => name !== product)) {
      expect(slots[`home.${other}`]?.state, other).toBe('personal');
    }
    expect(slots.offers?.state).toBe('personal');
  });

  it(
    'shows in psql and on the command line, or literally on the page',
    async ({ expect }) => {
      if (fault === 'expression' || fault === 'markup') {
        const shown = (await slotsOf(user))[slot];
        expect(shown?.content.data?.title).toBe(literal[fault]);
        return;
      }
      // Four attempts of a second each, at best.
      await expect.poll(() => deadLetterOf(user, slot), { timeout: patienceMs }).toBeDefined();
      const letter = await deadLetterOf(user, slot);
      const { source } = errors[fault];
      const named = source.replaceAll('HOME_PRODUCT', `HOME_${product.toUpperCase()}`);
      const pattern = new RegExp(named.replaceAll('PRODUCT', product), 'm');
      expect(letter).toMatchObject({
        attempts: 4,
        id: `login-${user}`,
        error: expect.stringMatching(pattern),
      });
    },
    2 * patienceMs,
  );
});

describe('a product that pushes', () => {
  const post = (id: string, data: unknown) =>
    fetch(`${solo.summary.ingest}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${solo.summary.producerKey}`,
        'content-type': 'application/cloudevents+json',
      },
      body: JSON.stringify({
        ...{ specversion: '1.0', type: 'product.pushed', source: '/products/deals' },
        ...{ id, subject: 'pat', data },
      }),
    });

  it.each(badPushes)('is told at once of %s, with the place', async (what, content, pointer) => {
    const response = await post(what, { product: 'deals', content });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ pointer: `/data${pointer}` });
  });

  it('shows expressions and markup as the text that they are', async () => {
    const title = `${expressionText} <b>`;
    expect((await post('literal', titledPush(title))).status).toBe(202);
    const shown = async () => (await slotsOf('pat'))['home.deals']?.content.data?.title;
    await expect.poll(shown).toBe(title);
  });
});

describe('an operator', () => {
  const cli = (...args: string[]) => runCli(args, { BEFOREHAND_DATA_DIR: dataDir });

  it('finds it all on the command line', async () => {
    const letter = await deadLetterOf('script.travel', 'home.travel');
    const list = await cli('dead', 'list', '--name', 'home.travel');
    expect(list.stdout).toContain('script.travel');
    const event = await cli('event', 'show', letter.ticket);
    expect(event.stdout).toMatch(/home\.travel +dead/);
    expect(event.stdout).toMatch(/home\.energy +stored/);
    expect(event.stdout).toContain('javascript:alert(1)');
    const status = await cli('status');
    expect(status.stdout).toMatch(/dead/);
  });

  it('sees others work on when a back end has ended', async () => {
    await running.get('energy')?.stop();
    await postLogins(solo.summary, [{ id: 'login-eve', user: 'eve' }]);
    await expect.poll(() => deadLetterOf('eve', 'home.energy')).toBeDefined();
    const slots = await slotsOf('eve');
    for (const name of ['travel', 'insurance', 'savings']) {
      expect(slots[`home.${name}`]?.state, name).toBe('personal');
    }
    expect(slots['home.energy']?.content.data?.title).toBe('Energy that adds up');
  });
});
