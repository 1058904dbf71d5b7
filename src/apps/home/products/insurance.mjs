// @ts-check
// The insurance team's back end: quotes that hold for some days, and contracts that they become.

import { euros } from './euros.mjs';
import { openQuotes } from './quotes.mjs';
import { reportEvents } from './report-events.mjs';
import { isId, isUser, Refusal, readAsk, readFeedback, serveProduct } from './serve-product.mjs';
import { calendarDay, zonedTime } from './zoned-time.mjs';

const site = 'https://insurance.example';
const books = openQuotes();

serveProduct('insurance', {
  '/content'(body) {
    const { user } = readAsk(body);
    return user === null ? forEveryone() : forUser(user);
  },
  '/feedback': (body) => void readFeedback(body),
  async '/quotes'({ user, thing, monthlyCents }) {
    if (!isUser(user) || typeof thing !== 'string' || !/^[\w -]{1,20}$/.test(thing)) {
      throw new Refusal(400, 'A quote needs user and thing.');
    }
    if (!Number.isSafeInteger(monthlyCents)) throw new Refusal(400, 'monthlyCents must be whole.');
    const quote = books.add({ user, thing, monthlyCents: Number(monthlyCents) });
    await reportQuote(quote, Date.now() + 5_000);
    return { quote: quote.id };
  },
  '/contracts'({ user, quote, askedAt }, headers) {
    const request = { key: keyOf(headers), askedAtMs: msOf(askedAt) };
    if (!isUser(user) || !isId(quote)) throw new Refusal(400, 'Signing needs user and quote.');
    const { contract } = books.sign(user, quote, request);
    return { contract };
  },
  '/contracts/withdraw'({ user, contract, askedAt }, headers) {
    const request = { key: keyOf(headers), askedAtMs: msOf(askedAt) };
    if (!isUser(user) || !isId(contract)) throw new Refusal(400, 'It needs user and contract.');
    const { quote } = books.withdraw(user, contract, request);
    return { quote, validUntil: books.find(quote)?.validUntil };
  },
});

/** Ada saved a quote last night; everybody's demo begins with it. */
const ada = { user: 'ada', thing: 'Volvo V60', monthlyCents: 3_840 };
if (books.quoteOf(ada.user) === null && books.contractOf(ada.user) === null) books.add(ada);
void reportOpenQuotes();

async function reportOpenQuotes() {
  for (const quote of books.quotes()) {
    if (books.quoteOf(quote.user)?.id === quote.id) await reportQuote(quote);
  }
}

/** Its id is that of the quote and its time: what was reported before is no second event. @param {import('./quotes.mjs').Quote} quote @param {number} [untilMs] */
function reportQuote({ id, user, validUntil }, untilMs = Number.POSITIVE_INFINITY) {
  const attributes = { specversion: '1.0', type: 'quote.saved', source: '/products/insurance' };
  const event = {
    ...attributes,
    id: `saved-${id}-${Date.parse(validUntil)}`,
    subject: user,
    data: { quote: id, validUntil },
  };
  return reportEvents([event], { untilMs });
}

/** @param {import('node:http').IncomingHttpHeaders} headers */
function keyOf(headers) {
  const key = headers['idempotency-key'];
  if (typeof key === 'string' && key.length <= 400) return key;
  throw new Refusal(400, 'It needs an Idempotency-Key.');
}

/** @param {unknown} time */
function msOf(time) {
  const ms = Date.parse(typeof time === 'string' ? time : '');
  if (Number.isNaN(ms)) throw new Refusal(400, 'It needs askedAt, when its person wanted it.');
  return ms;
}

/** @param {string} user */
function forUser(user) {
  const contract = books.contractOf(user);
  const quote = books.quoteOf(user);
  if (contract !== null) return contractCard(contract, books.find(contract.quote));
  return quote === null ? newcomerCard() : quoteCard(quote);
}

/** @param {import('./quotes.mjs').Quote} quote */
function quoteCard({ id, thing, monthlyCents, validUntil }) {
  const leftS = Math.floor((Date.parse(validUntil) - Date.now()) / 1_000);
  return {
    template: 'countdown',
    data: {
      ...{ id, kicker: 'Your saved quote', title: `Cover for your ${thing}`, accent: 'violet' },
      text: 'Comprehensive cover with roadside help in all of Europe. Sign here; you can withdraw for 14 days.',
      image: '/assets/insurance-car.svg',
      facts: [
        { label: 'Monthly', value: euros(monthlyCents) },
        { label: 'Excess', value: '€300' },
        { label: 'No-claims level', value: 'SF 8' },
      ],
      ...{ label: 'This price holds', until: zonedTime(new Date(validUntil)) },
      buttons: [
        { label: 'Sign the contract', url: `home:accept?quote=${id}` },
        { label: 'Read the terms', url: `${site}/quotes/${id}` },
      ],
    },
    // Never longer than the price holds.
    expiresInS: Math.max(1, Math.min(leftS, 12 * 3_600)),
  };
}

/** @param {import('./quotes.mjs').Contract} contract @param {import('./quotes.mjs').Quote | null} quote */
function contractCard({ id, signedAt }, quote) {
  return {
    template: 'card',
    data: {
      ...{ id, kicker: 'Your contract', accent: 'violet', image: '/assets/insurance-contract.svg' },
      title: `Your ${quote?.thing ?? 'car'} is insured`,
      text: 'Welcome aboard. You now pay less for energy and get more for your savings, too.',
      facts: [
        { label: 'Monthly', value: euros(quote?.monthlyCents ?? 0) },
        { label: 'Signed', value: calendarDay(new Date(signedAt)) },
        { label: 'Contract', value: id },
      ],
      buttons: [
        { label: 'See your contract', url: `${site}/contracts/${id}` },
        { label: 'Withdraw', url: `home:withdraw?contract=${id}` },
      ],
    },
    expiresInS: 7 * 24 * 3_600,
  };
}

function newcomerCard() {
  return card('home', {
    ...{ kicker: 'New here?', title: 'Insure your home contents' },
    text: 'Fire, water, burglary and the bicycle in the yard. The first two months are on us.',
    monthlyCents: 690,
  });
}

function forEveryone() {
  return card('car', {
    ...{ kicker: 'Insurance', title: 'Car insurance in three minutes' },
    text: 'Tell us your plate number, and your price holds for five days. No call, no paper.',
    monthlyCents: 2_490,
  });
}

/** @param {string} what @param {{ kicker: string, title: string, text: string, monthlyCents: number }} given */
function card(what, { monthlyCents, ...texts }) {
  return {
    template: 'card',
    data: {
      ...{ id: `insurance-${what}`, ...texts, accent: 'violet' },
      image: `/assets/insurance-${what}.svg`,
      facts: [
        { label: 'Monthly from', value: euros(monthlyCents) },
        { label: 'Excess', value: '€300' },
        { label: 'Withdraw within', value: '14 days' },
      ],
      buttons: [
        { label: 'Get your price', url: `${site}/${what}` },
        { label: 'What is covered', url: `${site}/${what}/cover` },
      ],
    },
    expiresInS: 12 * 3_600,
  };
}
