// @ts-check
// The travel team's back end: a carousel of trips. What a person likes comes first, and what they
// click says what they like.

import { choiceOf } from './choice-of.mjs';
import { euros, reduced } from './euros.mjs';
import { readAsk, readFeedback, serveProduct } from './serve-product.mjs';
import { createTallies } from './tallies.mjs';

const shown = 5;
/** So many of those, the first ones, are cheaper than usual. */
const onOffer = 3;
const offPercent = 10;
const hourMs = 3_600_000;

const titles = {
  mountains: 'The mountains are calling',
  sea: 'Closer to the sea',
  cities: 'A weekend in town',
};

/** @typedef {keyof typeof titles} Liking */
const kinds = /** @type {Liking[]} */ (Object.keys(titles));

/** What the team knows of the people of the demo. @type {Map<string, Liking>} */
const known = new Map([
  ['ada', 'mountains'],
  ['ben', 'sea'],
]);

const trips = [
  trip('lake', 'mountains', 'Cabin by a mountain lake', '4 nights, boat and sauna', 47_000),
  trip('alps', 'mountains', 'Hut to hut in the Alps', '6 days with a guide, half board', 70_000),
  trip('oslo', 'mountains', 'Fjords from Oslo', '5 days by rail and ferry', 59_000),
  trip('naples', 'sea', 'The bay of Naples', '5 nights by the harbor', 43_000),
  trip('algarve', 'sea', 'Cliffs of the Algarve', '7 nights, breakfast included', 52_000),
  trip('crete', 'sea', 'A quiet corner of Crete', '7 nights, ten steps to the beach', 55_000),
  trip('lisbon', 'cities', 'Lisbon on seven hills', '3 nights in Alfama', 30_000),
  trip('kyoto', 'cities', 'Kyoto in the fall', '8 nights, flight included', 150_000),
  trip('marrakesh', 'cities', 'Courtyards of Marrakesh', '4 nights in a riad', 39_000),
];

/** @param {string} id @param {Liking} kind @param {string} title @param {string} text @param {number} cents */
function trip(id, kind, title, text, cents) {
  return { id: `travel-${id}`, kind, title, text, cents };
}

const clicks = createTallies();

serveProduct('travel', {
  '/content'(body) {
    const { user, event } = readAsk(body);
    return user === null ? forEveryone(event.acceptedAt) : forUser(user);
  },
  '/feedback'(body) {
    const { user, clicked } = readFeedback(body);
    for (const item of clicked) {
      const kind = trips.find(({ id }) => id === item)?.kind;
      if (kind !== undefined) clicks.count(user, kind);
    }
  },
});

/** @param {string} user */
function forUser(user) {
  const liking = likingOf(user);
  const first = trips.filter(({ kind }) => kind === liking);
  const others = trips.filter(({ kind }) => kind !== liking);
  const turn = choiceOf(user, others.length);
  const rest = [...others.slice(turn), ...others.slice(0, turn)];
  const items = [...first, ...rest].slice(0, shown);
  return carousel(titles[liking], 'Picked for you, with free cancellation', items);
}

/** One click counts more than what we knew before. @param {string} user */
function likingOf(user) {
  const before = known.get(user) ?? /** @type {Liking} */ (kinds[choiceOf(user, kinds.length)]);
  const weight = (/** @type {Liking} */ kind) =>
    clicks.of(user, kind) + (kind === before ? 0.5 : 0);
  return kinds.reduce((best, kind) => (weight(kind) > weight(best) ? kind : best), before);
}

/** Another selection each hour. @param {Date} at */
function forEveryone(at) {
  const turn = Math.floor(at.getTime() / hourMs) % trips.length;
  const items = [...trips.slice(turn), ...trips.slice(0, turn)].slice(0, shown);
  return carousel('Away from it all', 'Trips that others book right now', items);
}

/** @param {string} title @param {string} subtitle @param {typeof trips} items */
function carousel(title, subtitle, items) {
  return {
    template: 'carousel',
    data: {
      ...{ title, subtitle, accent: 'blue' },
      items: items.map(({ id, title, text, cents }, index) => {
        const percent = index < onOffer ? offPercent : 0;
        return {
          ...{ id, title, text, image: `/assets/${id}.svg` },
          price: `from ${euros(reduced(cents, percent))}`,
          ...(percent > 0 && { badge: `${percent}% off`, was: euros(cents) }),
          url: `https://travel.example/trips/${id.slice('travel-'.length)}`,
        };
      }),
    },
    expiresInS: 12 * 3_600,
  };
}
