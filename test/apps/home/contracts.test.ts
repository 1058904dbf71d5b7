// From a quote to a contract and back, by the reactions of the home page and the real back end.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listenHttp } from '../../http-listener.ts';
import { generated, reacted } from './call-unit.ts';
import { type Product, startProduct } from './start-product.ts';

let insurance: Product;

beforeAll(async () => {
  insurance = await startProduct('insurance');
});
beforeEach(() => {
  process.env.HOME_INSURANCE_URL = insurance.url;
});
afterAll(async () => {
  delete process.env.HOME_INSURANCE_URL;
  await insurance.stop();
});

describe('a quote', () => {
  const now = () => new Date();
  const accept = (
    quote: string,
    user: string,
    key: string,
    { source = `/clients/${user}`, acceptedAt = now() } = {},
  ) => {
    const event = { type: 'quote.accepted', source, user, data: { quote }, acceptedAt };
    return reacted('sign-contract', { event }, key);
  };
  const withdraw = (contract: string, user: string, key: string, source = `/clients/${user}`) => {
    const event = {
      ...{ type: 'withdrawal.requested', source, user },
      ...{ data: { contract }, acceptedAt: now() },
    };
    return reacted('withdraw-contract', { event }, key);
  };

  async function quoteFor(asked: object): Promise<string> {
    const response = await insurance.post('/quotes', asked);
    return ((await response.json()) as { quote: string }).quote;
  }

  it('becomes a contract once, and a quote again, as often as anybody likes', async () => {
    const asked = { user: 'gus', thing: 'Fiat 500', monthlyCents: 1_990 };
    const quote = await quoteFor(asked);
    for (const round of [1, 2]) {
      const signed = await accept(quote, 'gus', `sign-${round}`);
      expect(signed.events).toEqual([
        { type: 'contract.signed', user: 'gus', data: { quote, contract: expect.any(String) } },
      ]);
      expect(await accept(quote, 'gus', `sign-${round}`)).toEqual(signed);
      const [{ data: reported }] = signed.events as unknown as [{ data: { contract: string } }];
      const { contract } = reported;
      const shown = await generated('home.insurance', { event: { user: 'gus' } });
      expect(shown?.content).toMatchObject({ template: 'card', data: { id: contract } });
      const withdrawn = await withdraw(contract, 'gus', `out-${round}`);
      const data = { quote, contract, validUntil: expect.any(String) };
      expect(withdrawn.events).toEqual([{ type: 'contract.withdrawn', user: 'gus', data }]);
      expect(await withdraw(contract, 'gus', `out-${round}`)).toEqual(withdrawn);
      const again = await generated('home.insurance', { event: { user: 'gus' } });
      expect(again?.content).toMatchObject({ template: 'countdown', data: { id: quote } });
    }
  });

  it('is not signed by a request that was under way when its contract was withdrawn', async () => {
    const quote = await quoteFor({ user: 'ida', thing: 'Golf', monthlyCents: 2_500 });
    const { events } = await accept(quote, 'ida', 'sign-5');
    const [{ data }] = events as unknown as [{ data: { contract: string } }];
    await withdraw(data.contract, 'ida', 'out-5');
    const late = await accept(quote, 'ida', 'sign-6', {
      acceptedAt: new Date(Date.now() - 60_000),
    });
    expect(late).toEqual({ events: [], warnings: [expect.stringContaining('with 409')] });
  });

  it('is not signed by whoever pressed when it held no more', async () => {
    const quote = await quoteFor({ user: 'jon', thing: 'Panda', monthlyCents: 1_800 });
    const acceptedAt = new Date(Date.now() + 6 * 86_400_000);
    expect(await accept(quote, 'jon', 'sign-7', { acceptedAt })).toEqual({
      events: [],
      warnings: [expect.stringMatching(/with 409: .*held until/)],
    });
  });

  it('makes one contract, however often its person presses', async () => {
    const quote = await quoteFor({ user: 'sue', thing: 'Corsa', monthlyCents: 1_700 });
    const signed = await accept(quote, 'sue', 'sign-11');
    expect(signed.events).toHaveLength(1);
    expect(await accept(quote, 'sue', 'sign-12')).toEqual(signed);
  });

  it('stays a contract when somebody else wants it taken back', async () => {
    const quote = await quoteFor({ user: 'tom', thing: 'Up', monthlyCents: 1_600 });
    const { events } = await accept(quote, 'tom', 'sign-13');
    const [{ data }] = events as unknown as [{ data: { contract: string } }];
    expect(await withdraw(data.contract, 'mallory', 'out-13')).toEqual({
      events: [],
      warnings: [expect.stringContaining('insurance refuses /contracts/withdraw with 404')],
    });
    const shown = await generated('home.insurance', { event: { user: 'tom' } });
    expect(shown?.content).toMatchObject({ data: { id: data.contract } });
  });

  it('of somebody else is refused, and nothing is reported or tried again', async () => {
    const asked = { user: 'hal', thing: 'Mini', monthlyCents: 2_100 };
    const quote = await quoteFor(asked);
    expect(await accept(quote, 'mallory', 'sign-3')).toEqual({
      events: [],
      warnings: [expect.stringContaining('insurance refuses /contracts with 404')],
    });
    expect((await withdraw('C-0', 'mallory', 'out-3')).events).toEqual([]);
  });

  it('is accepted and taken back by nobody but its user', async () => {
    const asked = { user: 'ivy', thing: 'Polo', monthlyCents: 2_000 };
    const quote = await quoteFor(asked);
    for (const source of ['/products/energy', '/clients/mallory']) {
      await expect(accept(quote, 'ivy', `${source} 1`, { source })).rejects.toThrow(
        `Only ivy may report quote.accepted of theirs, as a client, and not ${source}.`,
      );
      await expect(withdraw('C-1', 'ivy', `${source} 2`, source)).rejects.toThrow('Only ivy may');
    }
    const shown = await generated('home.insurance', { event: { user: 'ivy' } });
    expect(shown?.content).toMatchObject({ template: 'countdown', data: { id: quote } });
  });

  async function insuranceAnswering(status: number, body: object, test: () => Promise<void>) {
    const { url, close } = await listenHttp((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    process.env.HOME_INSURANCE_URL = url;
    await test().finally(close);
  }

  it.each([
    [408, 'insurance answered /contracts with 408: its log says why.'],
    [425, 'insurance answered /contracts with 425: its log says why.'],
    [429, 'insurance answered /contracts with 429: its log says why.'],
    [503, 'insurance answered /contracts with 503: its log says why.'],
  ])('is tried again when insurance says %i, which is no answer to it', (status, error) =>
    insuranceAnswering(status, {}, async () => {
      await expect(accept('Q-1', 'gus', 'sign-9')).rejects.toThrow(error);
    }),
  );

  it.each([{}, { contract: 7 }, { contract: null }])(
    'is no contract, and tried again, when insurance answers %j',
    (answer) =>
      insuranceAnswering(200, answer, async () => {
        await expect(accept('Q-1', 'gus', 'sign-10')).rejects.toThrow(
          'insurance answered /contracts with what its team must mend: /contract',
        );
      }),
  );

  it('is tried again when insurance runs nowhere', async () => {
    delete process.env.HOME_INSURANCE_URL;
    await expect(accept('Q-1', 'gus', 'sign-4')).rejects.toThrow('set HOME_INSURANCE_URL');
  });
});
