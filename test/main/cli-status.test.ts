// `status` on a real broker and Postgres where things wait that nobody takes.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { died, useDeadLetters } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import { runCli } from './run-cli.ts';
import { said } from './started-solo.ts';

const patienceMs = 90_000;

const database = useDeadLetters();
let namespace: BrokerNamespace;
let name: string;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
  name = namespace.topology.exchanges.events.replace('.events', '');
});
afterAll(() => namespace.drop());

const status = async (...args: string[]) => {
  const env = {
    BEFOREHAND_POSTGRES_URL: database.url,
    BEFOREHAND_AMQP_URL: namespace.url,
    BEFOREHAND_AMQP_NAMESPACE: name,
  };
  return runCli(['status', ...args], env);
};

it(
  'names the queues that nobody reads, and what was due and not taken',
  async () => {
    const { declared, queues } = namespace.topology;
    const { operator } = namespace;
    for (const spec of declared) {
      if (spec.name === queues.pages) continue;
      await operator.assertQueue(spec.name, { arguments: spec.arguments });
      if (spec.name === queues.prepare.interactive) continue;
      await operator.consume(spec.name, () => {}, { noAck: false });
    }
    for (const text of ['a', 'b']) {
      operator.sendToQueue(queues.prepare.interactive, Buffer.from(text));
    }
    await expect.poll(() => namespace.messagesIn(queues.prepare.interactive)).toBe(2);
    const nowMs = Date.now();
    const event = anEvent({ id: 'e1', acceptedAtMs: nowMs - 10_000 });
    await database.store.commit([
      finished(event, content(1)),
      finished(anEvent({ id: 'e2', user: 'bob', acceptedAtMs: nowMs - 1_000_000 }), died()),
    ]);
    await database.store.park({ event, name: 'mail' }, { attempts: 1, delayMs: 0, error: 'no' });
    await database.query("update parked set due_at = due_at - interval '2 minutes'");
    await database.query(
      "insert into unsent values ('alice', '', clock_timestamp() + interval '1 hour', '')",
    );
    const all = await status();
    expect(said(all).replaceAll(`${name}.`, 'NAME.')).toMatchInlineSnapshot(`
      "QUEUE                                  WAITING  READERS
      test-KEY.prepare.interactive  2        0
      test-KEY.prepare.bulk         0        1
      test-KEY.events.dead          0        1
      test-KEY.edge.pages           -        0
      test-KEY.edge.requested       0        1
      test-KEY.edge.receipts        0        1

      events    1 in the last minute, 2 in the last hour
      parked    1, due for SPAN
      unsent    1
      reported  0
      dead      1, 1 of them died in the last hour

      Wrong:
      - no queue test-KEY.edge.pages: was a worker ever started?
      - nobody reads test-KEY.prepare.interactive: is there a worker?
      - a parked unit was due SPAN ago, and nobody took it: is there a worker?
      - 1 unit died within the hour: npm run -s cli -- dead summary
      = 1"
    `);
    expect(JSON.parse((await status('--json')).stdout)).toMatchObject({
      ...{ isWell: false, problems: { length: 4 } },
      backlog: { parked: { count: 1 }, eventsLastMinute: 1, eventsLastHour: 2 },
    });
  },
  patienceMs,
);

it(
  'says of a broker or a Postgres that does not answer just that',
  async () => {
    const nowhere = await runCli(['status'], {
      BEFOREHAND_POSTGRES_URL: 'postgres://inspector:secret@127.0.0.1:2/postgres',
      BEFOREHAND_AMQP_URL: 'amqp://guest:secret@127.0.0.1:2',
    });
    expect(said(nowhere)).toMatchInlineSnapshot(`
      "Wrong:
      - RabbitMQ: Error: connect ECONNREFUSED ADDRESS
      - Postgres at postgres://ADDRESS/postgres (BEFOREHAND_POSTGRES_URL) is of no use: connect ECONNREFUSED ADDRESS
      = 1"
    `);
    expect(said(nowhere)).not.toContain('secret');
  },
  patienceMs,
);

it(
  'lists the replicas that were heard of, and retires one',
  async () => {
    const seen = "now() - interval '9 days', now() - interval";
    await database.query(`insert into replica (instance, region, first_seen_at, last_seen_at)
      values ('eu-1', 'eu', ${seen} '2 days')`);
    await database.query(`insert into replica values ('us-1', 'us', ${seen} '3 days', now())`);
    const { stdout } = await runCli(['status'], { BEFOREHAND_POSTGRES_URL: database.url });
    const lines = stdout.split('\n').filter((line) => /^(REPLICA|[eu][us]-1)/.test(line));
    expect(lines.map((line) => line.replace(/\d{4}-\S+/, 'TIME'))).toEqual([
      'REPLICA  REGION  LAST SEEN  STATE',
      'eu-1     eu      2 d ago    silent',
      'us-1     us      3 d ago    retired TIME',
    ]);
    expect(stdout).toContain('- replica eu-1 was not heard of for 2 d\n');
    expect(stdout).not.toContain('- replica us-1');
    const env = { BEFOREHAND_POSTGRES_URL: database.url };
    const retire = async (instance: string) =>
      said(await runCli(['region', 'retire', instance], env));
    expect(await retire('eu-1')).toBe('Retired eu-1: nobody waits for it any more.\n= 0');
    expect(await retire('eu-2')).toBe(
      '! No replica eu-2 was ever heard of. There are: eu-1, us-1.\n= 1',
    );
    const rows = await database.query('select from replica where retired_at is not null');
    expect(rows).toHaveLength(2);
  },
  patienceMs,
);
