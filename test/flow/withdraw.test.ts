// A notice for everyone that must not be shown any longer, from the event to what Nginx serves.
//
// Goal: after the change that withdraws it nobody is shown the old text: not when the replica is
// killed (-9) while it takes positions away, and not when the change arrives after a newer one.
// Method: 700 users, RabbitMQ, Postgres, a worker, a replica's process and Nginx; positions are
// rewritten so slowly that nothing but their removal can be the reason.

import { afterEach, expect, inject, it } from 'vitest';
import { ticketOf } from '../../src/wire/ticket.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { anEvent } from '../fixtures/events.ts';
import { bearer, sign } from '../nginx/client-tokens.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { linksOn, openFlow } from './open-flow.ts';
import { config } from './withdraw-config.ts';
import { openUnit } from './withdraw-unit.ts';

const users = Array.from({ length: 700 }, (_, index) => `user-${index}`);
const killedAfter = 100;
const patient = { timeout: 30_000 };

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function openAll() {
  const namespace = `withdraw-${Date.now()}`;
  const database = await openTestDatabase();
  cleanUps.push(database.drop);
  const broker = await openTestBroker(inject('amqpUrl'), namespace);
  cleanUps.push(broker.close);
  const unit = await openUnit({
    BEFOREHAND_AMQP_URL: inject('amqpUrl'),
    BEFOREHAND_AMQP_NAMESPACE: namespace,
    BEFOREHAND_REWRITE_RATE: '1',
  });
  cleanUps.push(unit.stop);
  const links = linksOn(broker, database.postgres);
  // The region is the unit: nobody else follows.
  const feed = { ...links.feed, follow: async () => ({ stop: async () => {} }) };
  const flow = await openFlow({ ...links, feed, close: async () => {} }, { config });
  cleanUps.push(flow.close);
  return { unit, flow };
}

const headersOf = new Map<string, { authorization: string }>();
for (const user of users) headersOf.set(user, bearer(await sign({ sub: user })));

async function read(url: string, user: string, query = ''): Promise<string> {
  const headers = headersOf.get(user) ?? {};
  const answer = await fetch(`${url}/v1/content/me${query}`, { headers });
  expect(answer.status).toBe(200);
  return answer.text();
}

/** The distinct texts that all users are shown now: in handfuls, or some were told to come again. */
async function shown(url: string): Promise<string[]> {
  const texts = new Set<string>();
  for (let from = 0; from < users.length; from += 50) {
    const some = users.slice(from, from + 50);
    const bodies = await Promise.all(some.map((user) => read(url, user)));
    for (const body of bodies) texts.add(JSON.parse(body).slots.notice.content);
  }
  return [...texts];
}

function notice(text: string, stamp: number, withdraw: boolean) {
  return anEvent({
    ...{ id: text, stamp, user: null, type: 'notice.changed', data: { text, withdraw } },
    ticket: ticketOf('/test', text),
  });
}

it('is shown to nobody once it is withdrawn', async () => {
  const { unit, flow } = await openAll();
  const { url } = unit;
  const first = unit.startReplica(killedAfter);
  await first.isReady();
  await flow.publish([notice('wrong price', 1_000, false)]);
  await expect.poll(() => read(url, 'user-0'), patient).toContain('wrong price');
  await flow.publish(users.map((user) => anEvent({ id: user, user, stamp: 2_000 })));
  const laidDown = () => unit.bodies().filter((body) => body.includes('wrong price')).length;
  await expect.poll(laidDown, patient).toBe(users.length);

  await flow.publish([notice('right price', 3_000, true)]);
  await first.dies();
  // In the middle of it: some are gone, and some are not.
  expect(laidDown()).toBe(users.length - killedAfter);

  const second = unit.startReplica();
  await second.answers();
  expect(laidDown()).toBe(0);
  expect(await shown(url)).toEqual(['right price']);
  await second.isReady();

  // A newer notice is being rewritten at leisure when an older event withdraws what was before it.
  const newest = notice('newest price', 5_000, false);
  await flow.publish([newest]);
  const readAfter = (ticket: string) => read(url, 'user-0', `?after=${ticket}&wait=2000`);
  await expect.poll(() => readAfter(newest.ticket), patient).toContain('newest price');
  expect(await shown(url)).toContain('right price');
  const late = notice('late price', 4_000, true);
  await flow.publish([late]);
  expect(await readAfter(late.ticket)).toContain('newest price');
  // Rewritten they would be in half a minute.
  await expect.poll(() => shown(url), { timeout: 5_000 }).toEqual(['newest price']);
  expect(await (await fetch(`${url}/v1/generic`)).text()).toContain('newest price');
}, 240_000);
