// What back ends keep: they say nothing that they would not say after a restart.

import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openQuotes } from '../../../src/apps/home/products/quotes.mjs';
import { type Product, startProduct } from './start-product.ts';

const dayMs = 86_400_000;
let dataDir: string;
const started: Product[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'beforehand-state-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((product) => product.stop()));
  rmSync(dataDir, { recursive: true });
});

async function start(name: string, env: { [name: string]: string } = {}): Promise<Product> {
  const product = await startProduct(name, { dataDir, env });
  started.push(product);
  return product;
}

const jsonOf = async (response: Promise<Response>) => (await response).json();

/** While `during` runs, the file cannot be written: as on a disk that is full. */
async function withFullDisk(name: string, during: () => Promise<void>): Promise<void> {
  const inTheWay = join(dataDir, `${name}.json.new`);
  mkdirSync(inTheWay);
  await during();
  rmdirSync(inTheWay);
}

it('a contract that could not be kept is no contract, however often it is asked for', async () => {
  const insurance = await start('insurance');
  const asked = { user: 'kim', thing: 'Clio', monthlyCents: 2_200 };
  const { quote } = (await jsonOf(insurance.post('/quotes', asked))) as { quote: string };
  const sign = (by: Product) => {
    const body = { user: 'kim', quote, askedAt: new Date().toISOString() };
    return by.post('/contracts', body, { 'idempotency-key': 'sign-1' });
  };
  await withFullDisk('insurance', async () => {
    for (const _attempt of [1, 2]) expect((await sign(insurance)).status).toBe(500);
    expect((await insurance.post('/quotes', asked)).status).toBe(500);
  });
  const signed = await sign(insurance);
  expect(signed.status).toBe(200);
  const { contract } = (await signed.json()) as { contract: string };
  await started.pop()?.stop();
  expect(await jsonOf(sign(await start('insurance')))).toEqual({ contract });
});

/** Insurance's books, on a clock in the test's hands. */
function openBooks() {
  const clock = { nowMs: Date.parse('2026-11-21T08:00:00Z') };
  vi.stubEnv('DATA_DIR', dataDir);
  const books = openQuotes(() => clock.nowMs);
  return { clock, books, quote: books.add({ user: 'kim', thing: 'Clio', monthlyCents: 2_200 }) };
}

it.each([
  ['as long as it did', 0, 5],
  ['three days more', 4, 7],
])('a quote whose contract was taken back holds %s', (_what, afterDays, untilDays) => {
  const { clock, books, quote } = openBooks();
  const beganMs = clock.nowMs;
  const asked = (key: string) => ({ key, askedAtMs: clock.nowMs });
  clock.nowMs += afterDays * dayMs;
  const { contract } = books.sign('kim', quote.id, asked('sign'));
  books.withdraw('kim', contract, asked('out'));
  expect(books.find(quote.id)?.validUntil).toBe(
    new Date(beganMs + untilDays * dayMs).toISOString(),
  );
});

it('a quote becomes the contract of whoever pressed in time, though insurance heard it late', () => {
  const { clock, books, quote } = openBooks();
  const { id, validUntil } = quote;
  const untilMs = Date.parse(validUntil);
  clock.nowMs = untilMs + 60_000;
  books.add({ user: 'lea', thing: 'Golf', monthlyCents: 2_400 });
  const sign = (askedAtMs: number) => books.sign('kim', id, { key: `at ${askedAtMs}`, askedAtMs });
  expect(() => sign(untilMs)).toThrow('held until');
  expect(sign(untilMs - 1)).toMatchObject({ quote: id });
});

describe.each([
  ['energy', 'subtitle', '8% less'],
  ['savings', 'title', '2.60%'],
] as const)('what %s could not keep', (name, member, better) => {
  it('it does not say', async () => {
    const product = await start(name);
    const ask = (type: string) => {
      const event = { type, id: 'e-1', acceptedAt: '2026-11-21T08:00:00.000Z', data: {} };
      return product.post('/content', { user: 'kim', event });
    };
    const said = async () => {
      const { data } = (await jsonOf(ask('user.login'))) as { data: { [member: string]: string } };
      return data[member];
    };
    await withFullDisk('insured', async () => {
      expect((await ask('contract.signed')).status).toBe(500);
      expect(await said()).not.toContain(better);
    });
    expect((await ask('contract.signed')).status).toBe(200);
    expect(await said()).toContain(better);
  });
});
