// Everything that is given up has a letter with its reason, whoever waits for it is told, and what is
// put back runs again as if for the first time.

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { defineGenerator } from '../../src/domain/authors.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { WorkerParts } from '../../src/main/start-worker.ts';
import type { Broker } from '../../src/wire/broker.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { acceptedEvent } from '../contract/event-queue-contract.ts';
import { everything, useDeadLetters } from '../dead-letters.ts';
import { login, loginConfig } from './login-config.ts';
import { type Flow, linksOn, memoryLinks, openFlow } from './open-flow.ts';

/** What an author gets wrong until it is repaired, and what no worker gets done until then. */
let broken: { offers: unknown; handling: (event: AcceptedEvent) => boolean };

const config = loginConfig({
  generators: [
    defineGenerator({
      slot: 'offers',
      on: [login],
      generate: ({ event }) => ({ content: broken.offers ?? event.id }) as { content: string },
    }),
    defineGenerator({ slot: 'books', on: [login], generate: () => ({ content: 'books' }) }),
  ],
});

function disturb(parts: WorkerParts): WorkerParts {
  return {
    ...parts,
    events: {
      consume: (handler) =>
        parts.events.consume(async (event, delivery) => {
          if (broken.handling(event)) throw new Error('A worker died of it.');
          return handler(event, delivery);
        }),
    },
  };
}

beforeEach(() => {
  broken = { offers: null, handling: () => false };
});

describe('dead letters on RabbitMQ and Postgres', () => {
  const database = useDeadLetters();
  let broker: Broker;
  let flow: Flow;

  beforeEach(async () => {
    broker = await openTestBroker(inject('amqpUrl'), `dead${randomBytes(4).toString('hex')}`);
    const links = { ...linksOn(broker, database.postgres), close: broker.close };
    flow = await openFlow(links, { config, disturb });
  });
  afterEach(() => flow.close());

  const lettersIn = () => database.letters.list(everything, { max: 100, before: null });
  const redrive = () => database.letters.redrive(everything, { max: 100, after: null });
  const offersOf = (user: string) =>
    flow.documentOf(user)?.slots.find(({ slot }) => slot === 'offers')?.contentJson;

  it.each([
    ['too_large', 'x'.repeat(40_000)],
    ['not_json', () => {}],
  ])('%s: after four attempts, and content once it is put back', async (reason, offers) => {
    broken.offers = offers;
    const event = acceptedEvent('e1');
    await flow.publish([event]);
    await expect.poll(lettersIn).toMatchObject([{ name: 'offers', reason, attempts: 4, event }]);
    await expect.poll(() => flow.outcomesOf(event.ticket)).toEqual(['stored']);
    await redrive();
    await expect.poll(lettersIn).toMatchObject([{ name: 'offers', reason, attempts: 4, event }]);
    broken.offers = null;
    await redrive();
    await expect.poll(() => offersOf('alice')).toBe('"e1"');
    expect(await lettersIn()).toEqual([]);
    await expect.poll(() => database.parked()).toEqual([]);
  });

  it('delivery_limit: each open unit once, and the ticket is told', async () => {
    broken.handling = ({ id }) => id === 'bad';
    const bad = acceptedEvent('bad');
    const good = acceptedEvent('good', { user: 'bob' });
    await flow.publish([bad, good]);
    await expect.poll(() => flow.outcomesOf(bad.ticket)).toEqual(['dead']);
    await expect.poll(() => offersOf('bob')).toBe('"good"');
    const dead = { reason: 'delivery_limit', event: bad, verdict: 'redrivable' };
    const letters = (await lettersIn()).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(letters).toMatchObject([
      { ...dead, name: 'books' },
      { ...dead, name: 'offers' },
    ]);
    expect(letters[0]?.error).toContain('delivery_limit');
    broken.handling = () => false;
    await redrive();
    await expect.poll(() => offersOf('alice')).toBe('"bad"');
    await expect.poll(() => flow.outcomesOf(bad.ticket)).toContain('stored');
  });

  it('delivery_limit: what another delivery has stored stays', async () => {
    const event = acceptedEvent('e1');
    await flow.publish([event]);
    await expect.poll(() => flow.outcomesOf(event.ticket)).toEqual(['stored']);
    broken.handling = () => true;
    await flow.publish([event]);
    const again = acceptedEvent('e2', { user: 'bob' });
    await flow.publish([again]);
    await expect.poll(() => flow.outcomesOf(again.ticket)).toEqual(['dead']);
    expect((await lettersIn()).map((letter) => letter.event.id)).toEqual(['e2', 'e2']);
  });

  it('malformed: once, however often the same message comes', async () => {
    const body = Buffer.from('{"schema":99,"kind":"event"}');
    const { exchanges, queues } = broker.topology;
    for (const key of ['interactive', 'bulk', 'interactive']) {
      await broker.publish({ exchange: exchanges.events, key, body, deadlineMs: 5_000 });
    }
    await expect.poll(lettersIn).toHaveLength(1);
    const other = Buffer.from('no JSON \0');
    await broker.publish({ exchange: '', key: queues.dead, body: other, deadlineMs: 5_000 });
    await expect.poll(lettersIn).toHaveLength(2);
    const [second, first] = await lettersIn();
    expect(first).toMatchObject({
      ...{ reason: 'malformed', name: '', attempts: 0, verdict: 'malformed' },
      error: expect.stringContaining('schema 99 is unknown'),
      event: { source: '/beforehand/dead-messages', data: { base64: body.toString('base64') } },
    });
    expect(second?.error).toContain('not JSON');
    expect((await redrive()).verdicts.get('malformed')).toBe(2);
  });

  it('malformed: an event that Postgres refuses', async () => {
    const event = acceptedEvent('nul \0');
    await flow.publish([event]);
    await expect
      .poll(lettersIn)
      .toMatchObject([
        { reason: 'malformed', error: expect.stringContaining('Postgres: invalid byte sequence') },
      ]);
    const [data] = (await lettersIn()).map((letter) => letter.event.data as { base64: string });
    const body = Buffer.from(data?.base64 ?? '', 'base64').toString();
    expect(JSON.parse(body)).toMatchObject(event);
  });

  it('id_reuse: with the event that came second', async () => {
    const first = acceptedEvent('e1');
    await flow.publish([first]);
    await expect.poll(() => offersOf('alice')).toBe('"e1"');
    const second = acceptedEvent('e1', { data: 'other' });
    await flow.publish([second]);
    await expect.poll(lettersIn).toMatchObject([{ reason: 'id_reuse', name: '', event: second }]);
    await expect.poll(() => flow.outcomesOf(second.ticket)).toContain('dead');
  });
});

describe('dead letters in memory', () => {
  it('delivery_limit: each open unit, and the ticket is told', async () => {
    const links = await memoryLinks();
    const flow = await openFlow(links, { config, disturb });
    broken.handling = () => true;
    const event = acceptedEvent('e1');
    await flow.publish([event]);
    await expect.poll(() => flow.outcomesOf(event.ticket)).toEqual(['dead']);
    await flow.close();
  });
});
