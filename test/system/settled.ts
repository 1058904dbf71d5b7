// What must be true once a stack had time to settle: all that was accepted is applied everywhere.

import pg from 'pg';
import type { StackSummary } from '../../src/main/stack-summary.ts';
import { eventIdOf, type UserEvents } from './producers.ts';
import { readDocument } from './stack-driver.ts';

/** Ids of accepted events that no unit has an outcome for; parked, dead and queued ones are among them. */
export async function unsettledEvents(
  { postgresOperator }: StackSummary,
  users: ReadonlyMap<string, UserEvents>,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: postgresOperator });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select distinct id from public.outcome');
    const settled = new Set(rows.map(({ id }) => id));
    return [...users].flatMap(([user, { accepted }]) =>
      accepted.map((number) => eventIdOf(user, number)).filter((id) => !settled.has(id)),
    );
  } finally {
    await client.end();
  }
}

export async function countRows(
  { postgresOperator }: StackSummary,
  table: string,
): Promise<number> {
  const client = new pg.Client({ connectionString: postgresOperator });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from public.${client.escapeIdentifier(table)}`,
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

/**
 * Users whose document is older than their last accepted event in some region, or differs between
 * regions. It may be newer: what was answered 503 may have been queued all the same.
 */
export async function staleUsers(
  summary: StackSummary,
  users: ReadonlyMap<string, UserEvents>,
): Promise<string[]> {
  const stale: string[] = [];
  for (const [user, { accepted, offered }] of users) {
    const last = accepted.at(-1) ?? 0;
    const acceptable = new Set<string>();
    for (let number = last; number <= offered; number += 1) acceptable.add(eventIdOf(user, number));
    const documents = await Promise.all(
      Object.values(summary.regions).map((region) => readDocument(region, summary, user)),
    );
    const bodies = new Set(documents.map(({ body }) => body));
    const [body = ''] = bodies;
    const id: string | undefined = JSON.parse(body).slots?.offers?.event?.id;
    if (bodies.size > 1 || (last > 0 && !acceptable.has(id ?? ''))) stale.push(`${user}: ${id}`);
  }
  return stale;
}
