import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { config } from '../../beforehand.config.ts';
import { bestsellers } from '../../src/apps/offers/bestsellers.ts';
import { catalog, categories } from '../../src/apps/offers/catalog.ts';
import { categoryViewed } from '../../src/apps/offers/category-viewed.ts';
import { dealsOfTheMinute } from '../../src/apps/offers/deals-of-the-minute.ts';
import { createDice } from '../../src/apps/offers/dice.ts';
import { userLogin } from '../../src/apps/offers/login.ts';
import type { Offers } from '../../src/apps/offers/offer.ts';
import { personalOffers } from '../../src/apps/offers/personal-offers.ts';
import type { Generator, GeneratorEvent } from '../../src/domain/authors.ts';
import { maxSlotBytes } from '../../src/domain/document.ts';

const acceptedAt = new Date('2026-11-21T08:00:00.000Z');

/** Calls a generator as the platform would, but here and now. */
async function generated(generator: Generator, event: Partial<GeneratorEvent>) {
  const log = { info() {}, warn() {}, error() {} };
  const result = await generator.generate({
    event: {
      ...{ type: 'user.login', source: '/shop', id: 'e-17', user: 'alice', data: {} },
      acceptedAt,
      ...event,
    },
    earlier: [],
    previous: null,
    signal: new AbortController().signal,
    log,
  });
  return result as { content: Offers; expiresAt?: Date };
}

describe('personal offers', () => {
  it('are the same for the same event, at whatever time they are made', async () => {
    const first = await generated(personalOffers, {});
    expect(await generated(personalOffers, {})).toEqual(first);
  });

  it('are different for every user', async () => {
    const users = Array.from({ length: 500 }, (_, index) => `user-${index}`);
    const made = await Promise.all(users.map((user) => generated(personalOffers, { user })));
    expect(new Set(made.map(({ content }) => JSON.stringify(content.offers))).size).toBe(500);
    expect(new Set(made.map(({ content }) => content.code)).size).toBe(500);
  });

  it('are different at the next login', async () => {
    const [first, next] = [await generated(personalOffers, {}), { id: 'e-18' }];
    expect((await generated(personalOffers, next)).content).not.toEqual(first.content);
  });

  it('are five different products at a price that the catalog allows', async () => {
    for (let login = 0; login < 100; login += 1) {
      const { content } = await generated(personalOffers, { id: `e-${login}` });
      expect(new Set(content.offers.map((offer) => offer.sku)).size).toBe(5);
      for (const offer of content.offers) {
        const product = catalog.find(({ sku }) => sku === offer.sku);
        expect(offer.listPriceCents).toBe(product?.priceCents);
        expect(offer.discountPercent).toBeGreaterThanOrEqual(5);
        expect(offer.discountPercent).toBeLessThanOrEqual(product?.maxDiscountPercent ?? 0);
        const exact = (offer.listPriceCents * (100 - offer.discountPercent)) / 100;
        expect(Math.abs(offer.priceCents - exact)).toBeLessThanOrEqual(0.5);
        expect(Number.isSafeInteger(offer.priceCents)).toBe(true);
      }
    }
  });

  it('are made for a cold read, too, in the language that everybody gets', async () => {
    const asked = { type: 'content.requested', data: { slot: 'offers' } };
    const { content, expiresAt } = await generated(personalOffers, asked);
    expect(content.offers).toHaveLength(5);
    expect(content.headline).toContain('Picked for you');
    expect(expiresAt?.toISOString()).toBe('2026-11-21T20:00:00.000Z');
  });

  it.each(categories)('begin with all of a category that was looked at: %s', async (category) => {
    const viewed = { type: 'category.viewed', data: { category } };
    const { content } = await generated(personalOffers, viewed);
    expect(content.offers).toHaveLength(5);
    expect(content.offers.slice(0, 4).map((offer) => offer.category)).toEqual(
      Array.from({ length: 4 }, () => category),
    );
    expect(content.offers[4]?.category).not.toBe(category);
    expect(content.headline).toContain(category);
  });

  it('expire twelve hours after the login, not after their making', async () => {
    const { expiresAt } = await generated(personalOffers, {});
    expect(expiresAt?.toISOString()).toBe('2026-11-21T20:00:00.000Z');
  });

  it.each([
    [{}, 'Welcome back!'],
    [{ locale: 'de-AT' }, 'Willkommen zurück!'],
    [{ locale: 'fr' }, 'Ravi de vous revoir'],
    [{ locale: 'xx' }, 'Welcome back!'],
  ])('greet in the language of %j', async (data, greeting) => {
    const { content } = await generated(personalOffers, { data });
    expect(content.headline).toContain(greeting);
  });
});

describe('the deals of the minute', () => {
  const at = (time: string) => ({ acceptedAt: new Date(`2026-11-21T${time}Z`), user: '' });

  it('are the same within a minute, and change with it', async () => {
    const first = await generated(dealsOfTheMinute, at('08:00:00.000'));
    expect(await generated(dealsOfTheMinute, at('08:00:59.999'))).toEqual(first);
    expect(await generated(dealsOfTheMinute, at('08:01:00.000'))).not.toEqual(first);
    expect(first.content.headline).toBe('Deals of the minute, 08:00 UTC');
  });

  it('are five, the best first', async () => {
    const { content } = await generated(dealsOfTheMinute, at('08:00:00.000'));
    const discounts = content.offers.map((offer) => offer.discountPercent);
    expect(discounts).toHaveLength(5);
    expect(discounts).toEqual([...discounts].sort((a, b) => b - a));
  });
});

describe('a login', () => {
  const isValid = new Ajv({ allErrors: true }).compile(userLogin.schema);

  it.each([{}, { device: 'web' }, { device: 'phone', locale: 'de' }, { locale: 'pt-BR' }])(
    'takes %j',
    (data) => expect(isValid(data)).toBe(true),
  );

  it.each([null, [], { device: 'fridge' }, { locale: 'german' }, { password: 'secret' }])(
    'refuses %j',
    (data) => expect(isValid(data)).toBe(false),
  );
});

describe('a look at a category', () => {
  const isValid = new Ajv({ allErrors: true }).compile(categoryViewed.schema);

  it.each(categories)('takes %s', (category) => expect(isValid({ category })).toBe(true));

  it.each([{}, { category: 'garage' }, { category: 'home', price: 1 }])('refuses %j', (data) =>
    expect(isValid(data)).toBe(false),
  );
});

describe('dice', () => {
  it('fall evenly', () => {
    const dice = createDice('a seed');
    const counts = new Map<number, number>();
    for (let thrown = 0; thrown < 6000; thrown += 1) {
      const side = dice.between(1, 6);
      counts.set(side, (counts.get(side) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('tell seeds apart that would be the same when joined', () => {
    const sequence = (...seeds: string[]) => {
      const dice = createDice(...seeds);
      return Array.from({ length: 8 }, () => dice.between(0, 1_000_000));
    };
    expect(sequence('ab', 'c')).not.toEqual(sequence('a', 'bc'));
    expect(sequence('ab', 'c')).toEqual(sequence('ab', 'c'));
  });

  it('pick no item twice, and no more than there are', () => {
    expect(createDice('a seed').pick([1, 2, 3], 5).sort()).toEqual([1, 2, 3]);
  });
});

describe('the fallback of every slot', () => {
  it.each(Object.entries(config.slots))('%s fits into a slot', (_slot, { generic }) => {
    expect(Buffer.byteLength(JSON.stringify(generic))).toBeLessThanOrEqual(maxSlotBytes);
  });

  it('shows offers to everyone from the first second on', () => {
    expect(config.slots.offers?.generic).toBe(bestsellers);
    expect(bestsellers.offers.map((offer) => offer.discountPercent)).toEqual([0, 0, 0]);
  });
});
