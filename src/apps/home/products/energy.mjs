// @ts-check
// The energy team's back end: tariffs for a household, cheaper for whoever is insured with us.

import { choiceOf } from './choice-of.mjs';
import { eurosAndCents, reduced } from './euros.mjs';
import { openJsonFile } from './json-file.mjs';
import { readAsk, readFeedback, serveProduct } from './serve-product.mjs';

const bundlePercent = 8;
const maxInsured = 100_000;

/** Kilowatt-hours a year by persons in the household. */
const needs = [1_500, 2_500, 3_500, 4_250];
const averageNeed = 2_500;

const tariffs = [
  { id: 'energy-power', title: 'Green power', text: 'Price held for 24 months', cents: 31 },
  { id: 'energy-solar', title: 'Solar share', text: 'From roofs in your region', cents: 28 },
  {
    id: 'energy-car',
    title: 'Night owl',
    text: 'Charge the car from 10 p.m. to 6 a.m.',
    cents: 25,
  },
];

/** Told by the events on which content was asked for. @type {{ told: { user: string, isInsured: boolean, atMs: number }[] }} */
const initial = { told: [] };
const { state, change } = openJsonFile('insured', initial);

serveProduct('energy', {
  '/content'(body) {
    const { user, event } = readAsk(body);
    if (user === null) return list('Energy that adds up', averageNeed, false);
    if (event.type === 'contract.signed') insure(user, true, event.acceptedAt);
    if (event.type === 'contract.withdrawn') insure(user, false, event.acceptedAt);
    const need = needs[choiceOf(user, needs.length)] ?? averageNeed;
    return list('Energy for your household', need, isInsured(user));
  },
  '/feedback': (body) => void readFeedback(body),
});

/** @param {string} user */
function isInsured(user) {
  return state.told.some((one) => one.user === user && one.isInsured);
}

/** What failed is asked again, perhaps after what came later. @param {string} user @param {boolean} isInsured @param {Date} at */
function insure(user, isInsured, at) {
  const atMs = at.getTime();
  if (state.told.some((one) => one.user === user && one.atMs > atMs)) return;
  change(() => {
    const others = state.told.filter((one) => one.user !== user);
    state.told = [...others, { user, isInsured, atMs }].slice(-maxInsured);
  });
}

/** @param {string} title @param {number} need @param {boolean} isInsured */
function list(title, need, isInsured) {
  const household = `${need.toLocaleString('en-IE')} kWh a year`;
  return {
    template: 'list',
    data: {
      ...{ title, accent: 'green' },
      subtitle: isInsured
        ? `${bundlePercent}% less, because you are insured`
        : `Three ways to pay for ${household}`,
      items: tariffs.map(({ id, title, text, cents }) => ({
        ...{ id, title, text, image: `/assets/${id}.svg` },
        value: `${eurosAndCents(monthly(cents, need, isInsured))}/mo`,
        url: `https://energy.example/tariffs/${id.slice('energy-'.length)}`,
      })),
      button: { label: 'Switch in five minutes', url: 'https://energy.example/switch' },
    },
    expiresInS: 12 * 3_600,
  };
}

/** @param {number} cents A kilowatt-hour. @param {number} need @param {boolean} isInsured */
function monthly(cents, need, isInsured) {
  return reduced(Math.round((cents * need) / 12), isInsured ? bundlePercent : 0);
}
