// @ts-check
// The insurance team's books: who has a quote, and which quote became a contract.

import { randomUUID } from 'node:crypto';
import { openJsonFile } from './json-file.mjs';
import { Refusal } from './serve-product.mjs';

const dayMs = 86_400_000;
const quoteDays = 5;
/** Whoever takes a contract back can sign again, at the same price, for a while. */
const renewedDays = 3;
/** How much later we may hear of whoever pressed in time. */
const lateMs = dayMs;
const maxQuotes = 10_000;
const maxRequests = 1_000;

/**
 * @typedef {{ id: string, user: string, thing: string, monthlyCents: number, validUntil: string,
 *   withdrawnAtMs?: number }} Quote
 * @typedef {{ id: string, user: string, quote: string, signedAt: string }} Contract
 * @typedef {{ key: string, askedAtMs: number }} Request `askedAtMs`: when the person wanted it.
 * @typedef {{ quotes: Quote[], contracts: Contract[],
 *   requests: { key: string, contract: string, quote: string }[] }} Books
 */

/** @param {Quote} quote @param {number} atMs */
const holds = ({ validUntil }, atMs) => Date.parse(validUntil) > atMs;

/** @param {Quote} quote @param {number} askedAtMs */
function requireOpen(quote, askedAtMs) {
  const { id, validUntil, withdrawnAtMs = 0 } = quote;
  // Whoever was in time has it, also when we were not.
  if (!holds(quote, askedAtMs)) throw new Refusal(409, `Quote ${id} held until ${validUntil}.`);
  // A request that was long on its way must not bring back what its person has withdrawn since.
  if (askedAtMs >= withdrawnAtMs) return;
  throw new Refusal(409, `A contract of quote ${id} was withdrawn after this was asked for.`);
}

export function openQuotes(nowMs = Date.now) {
  /** @type {Books} */
  const initial = { quotes: [], contracts: [], requests: [] };
  const { state, change } = openJsonFile('insurance', initial);
  const inDays = (/** @type {number} */ days) => new Date(nowMs() + days * dayMs).toISOString();
  const isValid = (/** @type {Quote} */ quote) => holds(quote, nowMs());
  const contractOf = (/** @type {string} */ user) =>
    state.contracts.find((contract) => contract.user === user) ?? null;
  const signedAs = (/** @type {string} */ quote) =>
    state.contracts.find((contract) => contract.quote === quote);

  /**
   * A request that is repeated gets the answer of the first time.
   * @param {string} key @param {() => { contract: string, quote: string }} decide
   */
  function once(key, decide) {
    const before = state.requests.find((request) => request.key === key);
    if (before !== undefined) return before;
    return change(() => {
      const request = { key, ...decide() };
      state.requests = [...state.requests, request].slice(-maxRequests);
      return request;
    });
  }

  /** @param {string} user @param {string} id @param {number} askedAtMs @returns {Contract} */
  function newContract(user, id, askedAtMs) {
    const quote = state.quotes.find((one) => one.id === id && one.user === user);
    if (quote === undefined) throw new Refusal(404, `There is no quote ${id} of this user.`);
    requireOpen(quote, askedAtMs);
    return { id: `C-${randomUUID().slice(0, 8)}`, user, quote: id, signedAt: inDays(0) };
  }

  return {
    contractOf,
    /** The newest that still holds, unless there is a contract. @param {string} user */
    quoteOf(user) {
      if (contractOf(user) !== null) return null;
      return state.quotes.findLast((quote) => quote.user === user && isValid(quote)) ?? null;
    },
    quotes: () => state.quotes.filter(isValid),
    /** @param {string} id */
    find: (id) => state.quotes.find((quote) => quote.id === id) ?? null,

    /** @param {{ user: string, thing: string, monthlyCents: number }} asked */
    add(asked) {
      const pressedMs = nowMs() - lateMs;
      return change(() => {
        state.quotes = state.quotes.filter((one) => holds(one, pressedMs) || signedAs(one.id));
        if (state.quotes.length >= maxQuotes) throw new Refusal(503, 'No more quotes are kept.');
        const id = `Q-${randomUUID().slice(0, 8)}`;
        const quote = { id, ...asked, validUntil: inDays(quoteDays) };
        state.quotes.push(quote);
        return quote;
      });
    },

    /** @param {string} user @param {string} quote @param {Request} request */
    sign(user, quote, { key, askedAtMs }) {
      return once(key, () => {
        const before = signedAs(quote);
        if (before?.user === user) return { contract: before.id, quote };
        const contract = newContract(user, quote, askedAtMs);
        state.contracts.push(contract);
        return { contract: contract.id, quote };
      });
    },

    /** @param {string} user @param {string} contract @param {Request} request */
    withdraw(user, contract, { key, askedAtMs }) {
      return once(key, () => {
        const signed = state.contracts.find((one) => one.id === contract && one.user === user);
        if (signed === undefined) throw new Refusal(404, `There is no such contract: ${contract}.`);
        state.contracts = state.contracts.filter((one) => one !== signed);
        const quote = state.quotes.find(({ id }) => id === signed.quote);
        const renewed = inDays(renewedDays);
        if (quote !== undefined) quote.withdrawnAtMs = askedAtMs;
        if (quote !== undefined && quote.validUntil < renewed) quote.validUntil = renewed;
        return { contract, quote: signed.quote };
      });
    },
  };
}
