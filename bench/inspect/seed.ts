// Fills a database as a week of traffic leaves it: five units for each document, in the order of time.

import type pg from 'pg';

const weekS = 7 * 86_400;

/** Without its keys a table is filled in a fraction of the time; they are made at the end. */
const keys: readonly (readonly [table: string, columns: string])[] = [
  ['document', 'user_id'],
  ['content', 'user_id, slot'],
  ['event', 'user_id, source, id'],
  ['outcome', 'user_id, source, id, name'],
  ['receipt', 'user_id, instance'],
];
const indexes: readonly (readonly [name: string, on: string])[] = [
  ['event_ticket', 'event (ticket)'],
  ['event_accepted', 'event (accepted_at)'],
  ['event_with_data', 'event (accepted_at) where data is not null'],
  ['outcome_settled', 'outcome (settled_at)'],
];

/** Two and a half events for each document, two units for each event. */
export async function seed(
  client: pg.Client,
  documents: number,
  say: (text: string) => void,
): Promise<void> {
  const run = async (what: string, text: string) => {
    const startedAtMs = Date.now();
    await client.query(text);
    say(`  ${what.padEnd(34)} ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  };
  const events = Math.round(documents * 2.5);
  await client.query('set synchronous_commit = off');
  await client.query(`set maintenance_work_mem = '512MB'`);
  for (const [table] of keys) {
    await client.query(`alter table ${table} drop constraint ${await keyOf(client, table)}`);
  }
  for (const [name] of indexes) await client.query(`drop index ${name}`);
  // Users come back in an order that has nothing to do with their names.
  const user = `'user-' || lpad(((n::bigint * 7919) % ${documents})::text, 8, '0')`;
  const time = `now() - ${weekS} * interval '1 s' + n * (${weekS}.0 / ${events}) * interval '1 s'`;
  const from = (count: number) => `from generate_series(1, ${count}) n`;
  await run(
    `${documents} documents`,
    `insert into document select 'user-' || lpad((n - 1)::text, 8, '0'),
       1795000000000 + n, 0, now() ${from(documents)}`,
  );
  await run(
    'their content',
    `insert into content select 'user-' || lpad((n - 1)::text, 8, '0'), 'offers', n, '/shop', 'e-' || n,
       'user.login', now(), now() + interval '12 hours',
       json_build_object('headline', 'Welcome back', 'offers', repeat(md5(n::text), 20)) ${from(documents)}`,
  );
  await run(
    `${events} events`,
    `insert into event select ${user}, '/shop', 'e-' || n, md5(n::text), 'user.login', 'interactive', n,
       md5(n::text), ${time}, case when n > ${events} * 6.0 / 7 then '{"device":"web"}'::json end ${from(events)}`,
  );
  await run(
    `${events * 2} outcomes`,
    `insert into outcome (user_id, source, id, name, outcome, settled_at, version, took_ms)
     select ${user}, '/shop', 'e-' || n, name, case when n % 10 = 0 then 'unchanged' else 'stored' end,
       ${time} + interval '20 ms', 1795000000000 + n, n % 300
     ${from(events)}, (values ('offers'), ('books')) u (name)`,
  );
  await run(
    `${documents * 3} receipts of 3 replicas`,
    `insert into receipt select 'user-' || lpad((n - 1)::text, 8, '0'), region || '-1', 1795000000000 + n, now()
     ${from(documents)}, (values ('eu'), ('us'), ('ap')) r (region)`,
  );
  await client.query(
    `insert into replica select region || '-1', region, now(), now(), null, true
     from (values ('eu'), ('us'), ('ap')) r (region)`,
  );
  await run('1,000 parked, 10,000 dead, unsent', waiting);
  for (const [table, columns] of keys) {
    await run(`key of ${table}`, `alter table ${table} add primary key (${columns})`);
  }
  for (const [name, on] of indexes) await run(name, `create index ${name} on ${on}`);
  await run('statistics', 'vacuum analyze');
}

async function keyOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ conname: string }>(
    `select conname from pg_constraint where conrelid = $1::regclass and contype = 'p'`,
    [table],
  );
  return rows[0]?.conname ?? '';
}

const waiting = `
  insert into parked select user_id, source, id, 'books', 1, now() + interval '1 minute', 'It failed.'
  from event limit 1000;
  insert into dead_letter select user_id, source, id, 'books', digest, 'threw', 'It failed.', 4,
    json_build_object('type', type, 'ticket', ticket, 'lane', lane, 'stamp', stamp,
      'acceptedAtMs', 1795000000000, 'data', null), now() - random() * interval '7 days'
  from event limit 10000;
  insert into unsent select user_id, '', now(), '' from document limit 1000;
  insert into follow_up select user_id, source, id, '{"type":"book.liked"}', now() from event limit 1000`;
