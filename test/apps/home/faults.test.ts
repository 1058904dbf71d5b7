// Products that fail in every way we could think of, in solo mode as it runs: each costs only its own
// slot, of only those people whom it fails, and an operator sees which product it was and why.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../main/run-cli.ts';
import { postLogins, readDocument } from '../../system/stack-driver.ts';
import { expressionText, type Fault, markupText } from './fault-proxy.ts';
import { cases, type FaultyHome, openFaultyHome, products } from './faulty-home.ts';
import { badPushes, titledPush } from './pushes.ts';
import { readPage, statesIn, textOf } from './read-page.ts';

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
/** A machine that is busy with other tests takes its time over a product that is slow. */
const patienceMs = 60_000;

let home: FaultyHome;

beforeAll(async () => {
  home = await openFaultyHome();
  await postLogins(
    home.solo.summary,
    cases.map(({ user }) => ({ id: `login-${user}`, user })),
  );
});
afterAll(() => home?.stop());

type Slot = { state: string; content: { template?: string; data?: { title: string } } };

async function slotsOf(user: string): Promise<{ [slot: string]: Slot }> {
  const { status, body } = await readDocument(
    home.solo.summary.regions.eu,
    home.solo.summary,
    user,
  );
  expect(status).toBe(200);
  return JSON.parse(body).slots;
}

// At once, as their users are.
describe.concurrent.each(cases)('a $product that is $fault', ({ product, fault, user }) => {
  const slot = `home.${product}`;
  const fails = !(fault in literal);

  it('leaves the document whole, and every other slot as personal as ever', async ({ expect }) => {
    const wanted = Object.fromEntries(
      [...products.map((name) => `home.${name}`), 'offers'].map((name) => [
        name,
        name === slot && fails ? 'generic' : 'personal',
      ]),
    );
    let slots: { [slot: string]: Slot } = {};
    const statesNow = async () => {
      slots = await slotsOf(user);
      return Object.fromEntries(Object.keys(wanted).map((name) => [name, slots[name]?.state]));
    };
    await expect.poll(statesNow).toEqual(wanted);
    expect(Object.keys(slots)).toEqual(
      expect.arrayContaining(['offers', 'home.order', 'home.deals']),
    );
    expect(slots[slot]?.content.data?.title).toEqual(expect.any(String));
  });

  it('leaves the page whole in another region, and its slot as strangers see it', async ({
    expect,
  }) => {
    const { summary } = home.solo;
    const page = (whose: string | null) => readPage(summary.regions.us, summary, whose);
    const states = products.map((name) => [name, name === product && fails]);
    await expect
      .poll(async () => statesIn(await page(user)))
      .toEqual({
        ...Object.fromEntries(
          states.map(([name, isGeneric]) => [`home.${name}`, isGeneric ? 'generic' : 'personal']),
        ),
        'home.deals': 'generic',
      });
    const { html, sections } = await page(user);
    expect(html).toMatch(/^<!doctype html>.*<\/html>\s*$/is);
    expect(html).not.toMatch(/javascript:|<img src=x/i);
    for (const { html: section } of Object.values(sections)) {
      expect(section).toContain('role="heading"');
    }
    if (fault === 'expression' || fault === 'markup') {
      expect(textOf(sections[slot]?.html ?? '')).toContain(literal[fault]);
      return;
    }
    const asStranger = async () =>
      (await page(user)).sections[slot]?.html === (await page(null)).sections[slot]?.html;
    await expect.poll(asStranger).toBe(true);
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
      await expect.poll(() => home.deadLetterOf(user, slot), { timeout: patienceMs }).toBeDefined();
      const letter = await home.deadLetterOf(user, slot);
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
    fetch(`${home.solo.summary.ingest}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${home.solo.summary.producerKey}`,
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
  const cli = (...args: string[]) => runCli(args, { BEFOREHAND_DATA_DIR: home.dataDir });

  it('finds it all on the command line', async () => {
    const letter = await home.deadLetterOf('script.travel', 'home.travel');
    const list = await cli('dead', 'list', '--name', 'home.travel');
    expect(list.stdout).toContain('script.travel');
    const event = await cli('event', 'show', letter?.ticket ?? '');
    expect(event.stdout).toMatch(/home\.travel +dead/);
    expect(event.stdout).toMatch(/home\.energy +stored/);
    expect(event.stdout).toContain('javascript:alert(1)');
    const status = await cli('status');
    expect(status.stdout).toMatch(/dead/);
  });

  it('sees others work on when a back end has ended', async () => {
    await home.running.get('energy')?.stop();
    await postLogins(home.solo.summary, [{ id: 'login-eve', user: 'eve' }]);
    await expect.poll(() => home.deadLetterOf('eve', 'home.energy')).toBeDefined();
    const slots = await slotsOf('eve');
    for (const name of ['travel', 'insurance', 'savings']) {
      expect(slots[`home.${name}`]?.state, name).toBe('personal');
    }
    expect(slots['home.energy']?.content.data?.title).toBe('Energy that adds up');
  });
});
