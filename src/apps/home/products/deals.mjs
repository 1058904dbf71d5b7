// @ts-check
// The deals team's back end. Nobody asks it for content: every few minutes it pushes the best deals
// right now, for everyone and for the people it knows.

import { setTimeout as sleep } from 'node:timers/promises';
import { choiceOf } from './choice-of.mjs';
import { euros, reduced } from './euros.mjs';
import { reportEvents } from './report-events.mjs';
import { readFeedback, serveProduct } from './serve-product.mjs';
import { createTallies } from './tallies.mjs';
import { wallClock } from './zoned-time.mjs';

const everyMs = Number(process.env.DEALS_EVERY_MS ?? 180_000);
/** Of a batch of 64 KiB events, with room to spare. */
const maxPeople = 200;
const shown = 5;
/** Two pushes may be missed before a person sees what everyone sees. */
const expiresInS = Math.max(1, Math.ceil((3 * everyMs) / 1_000));

const goods = [
  { id: 'deals-headphones', title: 'Noise-canceling headphones', cents: 24_900 },
  { id: 'deals-coffee', title: 'Espresso machine for two', cents: 12_900 },
  { id: 'deals-bike', title: 'City bike with eight gears', cents: 64_900 },
  { id: 'deals-lamp', title: 'Reading lamp with dimmer', cents: 7_900 },
  { id: 'deals-plant', title: 'Fig tree in a clay pot', cents: 4_900 },
  { id: 'deals-backpack', title: 'Trail backpack, 24 liters', cents: 13_900 },
];

/** Customers of before this process. */
const customers = ['ada', 'ben', 'mira'];
const clicks = createTallies();

serveProduct('deals', {
  '/feedback'(body) {
    const { user, clicked } = readFeedback(body);
    for (const item of clicked) {
      if (goods.some(({ id }) => id === item)) clicks.count(user, item);
    }
  },
});

void pushForever();

async function pushForever() {
  for (let period = Math.floor(Date.now() / everyMs); ; period += 1) {
    const endsAtMs = (period + 1) * everyMs;
    const people = [...new Set([...customers, ...clicks.users().slice(-maxPeople)])];
    const events = [null, ...people].map((user) => pushed(user, period, endsAtMs));
    // What is not taken by then is no news any more.
    if (Date.now() < endsAtMs) await reportEvents(events, { untilMs: endsAtMs });
    // Not what keeps a process that was told to stop.
    await sleep(Math.max(0, endsAtMs - Date.now()), undefined, { ref: false });
  }
}

/** @param {string | null} user `null` is everyone. @param {number} period @param {number} endsAtMs */
function pushed(user, period, endsAtMs) {
  const data = { product: 'deals', content: content(user, period, endsAtMs) };
  // Whoever starts again in the same period has forgotten clicks, and says something else then.
  const what = choiceOf(JSON.stringify(data), 2 ** 32).toString(36);
  return {
    ...{ specversion: '1.0', type: 'product.pushed', source: '/products/deals', lane: 'bulk' },
    id: `${period * everyMs}-${user ?? 'everyone'}-${what}`,
    ...(user === null ? {} : { subject: user }),
    data,
  };
}

/** @param {string | null} user @param {number} period @param {number} endsAtMs */
function content(user, period, endsAtMs) {
  const deals = goods
    .map((good) => ({ ...good, percent: 10 + 5 * choiceOf(`${period} ${good.id}`, 7) }))
    .sort((a, b) => rank(user, b) - rank(user, a) || a.id.localeCompare(b.id))
    .slice(0, shown);
  const title = user === null ? 'Best deals right now' : 'Deals for you, right now';
  return {
    template: 'carousel',
    data: {
      ...{ title, subtitle: `Until ${wallClock(new Date(endsAtMs))}, while stocks last` },
      accent: 'rose',
      items: deals.map(({ id, title, cents, percent }) => ({
        ...{ id, title, badge: `${percent}% off`, image: `/assets/${id}.svg` },
        ...{ price: euros(reduced(cents, percent)), was: euros(cents) },
        url: `https://deals.example/goods/${id.slice('deals-'.length)}`,
      })),
    },
    ...(user === null ? {} : { expiresInS }),
  };
}

/** For everyone the best deal first; for a person what they clicked, or else might like. @param {string | null} user @param {{ id: string, percent: number }} good */
function rank(user, { id, percent }) {
  if (user === null) return percent;
  return percent + 100 * clicks.of(user, id) + choiceOf(`${user} ${id}`, 20);
}
