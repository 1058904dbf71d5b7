// Users and generic slots whose newest content no broker has confirmed yet.

import { randomUUID } from 'node:crypto';
import type { ContentStore } from '../domain/ports.ts';
import { dueInMs, dueNow } from './postgres-due.ts';
import type { Postgres } from './postgres-pool.ts';

type UnsentRow = { user_id: string; slot: string };

export function postgresUnsent(
  postgres: Postgres,
): Pick<ContentStore, 'noteUnsent' | 'claimUnsent' | 'clearUnsent'> {
  return {
    async noteUnsent({ users, slots }) {
      await postgres.query(
        'note-unsent',
        `insert into unsent (user_id, slot, due_at, claim)
         select u, s, ${dueNow}, '' from unnest($1::text[], $2::text[]) as n (u, s)
         order by u collate "C", s collate "C"
         on conflict (user_id, slot) do update set due_at = excluded.due_at, claim = ''`,
        [
          [...users, ...slots.map(() => '')],
          [...users.map(() => ''), ...slots],
        ],
      );
    },

    async claimUnsent({ max, leaseMs }) {
      const claim = randomUUID();
      const rows = await postgres.query<UnsentRow>(
        'claim-unsent',
        `with due as (
           select user_id, slot from unsent where due_at <= statement_timestamp()
           order by due_at limit $1 for update skip locked
         )
         update unsent u set due_at = ${dueInMs('$2')}, claim = $3
         from due where (u.user_id, u.slot) = (due.user_id, due.slot)
         returning u.user_id, u.slot`,
        [max, leaseMs, claim],
      );
      return {
        claim,
        users: rows.filter((row) => row.user_id !== '').map((row) => row.user_id),
        slots: rows.filter((row) => row.user_id === '').map((row) => row.slot),
      };
    },

    async clearUnsent(claim) {
      await postgres.query('clear-unsent', 'delete from unsent where claim = $1', [claim]);
    },
  };
}
