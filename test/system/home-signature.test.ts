// A contract on the home page of solo mode, from the press of a button to every region and back: however
// often it is pressed, and while insurance is away.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../src/servers/free-ports.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { type Product, startProduct } from '../apps/home/start-product.ts';
import { runCli } from '../main/run-cli.ts';
import { type SoloProcess, startSolo } from './solo-process.ts';
import { type HomeSlots, openPerson, type Person } from './watched-home.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-signature-'));
const booksDir = join(dataDir, 'books');
const patienceMs = 60_000;
let solo: SoloProcess;
let insurance: Product;
let ada: Person;
let postgres: pg.Pool;
let port = 0;

beforeAll(async () => {
  port = await findFreePort();
  solo = await startSolo(dataDir, {
    BEFOREHAND_CONFIG: 'home.config.ts',
    // It runs elsewhere: that is where we can end it.
    HOME_INSURANCE_URL: `http://127.0.0.1:${port}`,
    BEFOREHAND_FIRST_RETRY_DELAY_MS: '50',
    BEFOREHAND_SECOND_RETRY_DELAY_MS: '100',
    BEFOREHAND_THIRD_RETRY_DELAY_MS: '2000',
  });
  postgres = new pg.Pool({ connectionString: solo.summary.inspector, max: 2 });
  insurance = await startInsurance();
  ada = await openPerson(solo.summary, 'ada');
}, 120_000);

afterAll(async () => {
  ada?.leave();
  await postgres?.end();
  await solo?.stop('SIGTERM');
  await insurance?.stop();
  removePostgresCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

function startInsurance(): Promise<Product> {
  const env = {
    PORT: String(port),
    BEFOREHAND_INGEST_URL: solo.summary.ingest,
    BEFOREHAND_PRODUCER_KEY: solo.summary.producerKey,
  };
  return startProduct('insurance', { env, dataDir: booksDir });
}

const contracts = (): { id: string }[] =>
  JSON.parse(readFileSync(join(booksDir, 'insurance.json'), 'utf8')).contracts;

const because = 'because you are insured';
const idOf = (slots: HomeSlots) => slots['home.insurance']?.content.data.id ?? '';

/** All that changes with the contract. */
const isInsured = (slots: HomeSlots) =>
  /^C-/.test(idOf(slots)) &&
  slots['home.energy']?.content.data.subtitle?.includes(because) === true &&
  slots['home.savings']?.content.data.text?.includes(because) === true &&
  slots['home.order']?.content.slots[0] === 'home.energy';
const isAsBefore = (slots: HomeSlots) =>
  /^Q-/.test(idOf(slots)) &&
  slots['home.energy']?.content.data.subtitle?.includes(because) === false &&
  slots['home.savings']?.content.data.text?.includes(because) === false &&
  slots['home.order']?.content.slots[0] === 'home.insurance';

const sign = (id?: string) => ada.press('quote.accepted', { quote: idOf(ada.slots()) }, id);
async function withdrawn(): Promise<void> {
  await ada.press('withdrawal.requested', { contract: idOf(ada.slots()) });
  await ada.sees(isAsBefore);
  expect(contracts()).toEqual([]);
}

/** What an operator reads of it in psql. */
async function storyOf(ticket: string): Promise<{ state: string; error: string | null }> {
  const { rows } = await postgres.query(
    "select state, error from inspect.event_story where ticket = $1 and unit = 'sign-contract'",
    [ticket],
  );
  return rows[0] ?? { state: 'not yet', error: null };
}
const stateOf = async (ticket: string) => (await storyOf(ticket)).state;

describe('a contract', () => {
  it(
    'shows in all slots concerned and in both regions, and so does its withdrawal, twenty times',
    async () => {
      await ada.sees(isAsBefore);
      const tookMs: number[] = [];
      for (let round = 1; round <= 20; round += 1) {
        const pressedAtMs = performance.now();
        await sign();
        await ada.sees(isInsured);
        tookMs.push(Math.round(performance.now() - pressedAtMs));
        await withdrawn();
      }
      const sorted = tookMs.toSorted((a, b) => a - b);
      console.log(
        `From the POST to the last of two streams: median ${sorted[10]} ms, of ${tookMs.join(' ')}`,
      );
    },
    patienceMs,
  );

  it(
    'is one, however often and from how many windows it is signed',
    async () => {
      const tickets = await Promise.all([sign('one'), sign('two'), sign('one')]);
      expect(new Set(tickets).size).toBe(2);
      await ada.sees(isInsured);
      for (const ticket of tickets) await expect.poll(() => stateOf(ticket)).toBe('done');
      expect(contracts()).toEqual([expect.objectContaining({ id: idOf(ada.slots()) })]);
      expect(await sign('one')).toBe(tickets[0]);
      await withdrawn();
    },
    patienceMs,
  );
});

describe('while insurance is away', () => {
  it(
    'the page stays as it is, and is signed as soon as insurance is back',
    async () => {
      await insurance.stop();
      const ticket = await sign();
      await expect.poll(() => stateOf(ticket)).toBe('waiting');
      const { error } = await storyOf(ticket);
      expect(error).toContain('insurance did not answer /contracts: start it');
      expect(isAsBefore(ada.slots())).toBe(true);
      insurance = await startInsurance();
      await ada.sees(isInsured);
      await withdrawn();
    },
    patienceMs,
  );

  it(
    'too long, an operator decides, which brings nothing back that was withdrawn since',
    async () => {
      await insurance.stop();
      const ticket = await sign();
      await expect.poll(() => stateOf(ticket), { timeout: 30_000 }).toBe('dead');
      insurance = await startInsurance();
      await sign();
      await ada.sees(isInsured);
      await withdrawn();
      const env = { BEFOREHAND_DATA_DIR: dataDir };
      const redriven = await runCli(['dead', 'redrive', '--name', 'sign-contract'], env);
      expect(redriven.code, redriven.stdout + redriven.stderr).toBe(0);
      await expect.poll(() => stateOf(ticket)).toBe('done');
      expect(contracts()).toEqual([]);
      expect(isAsBefore(ada.slots())).toBe(true);
    },
    patienceMs,
  );
});
