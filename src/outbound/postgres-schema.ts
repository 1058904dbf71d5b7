// Postgres's tables. `npm run db:generate` turns a change here into a file in migrations/.
// Keys collate "C": Postgres then orders text by its bytes, as src/domain/order.ts does.
// The column is `user_id` and not `user`, because `select user` silently means the current role.

import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';

const key = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });
const moment = customType<{ data: Date }>({ dataType: () => 'timestamp (3) with time zone' });
const stamp = (name: string) => bigint(name, { mode: 'number' });

/** Events about everyone have the empty text as their user. */
const eventKey = () => ({
  userId: key('user_id').notNull(),
  source: key('source').notNull(),
  id: key('id').notNull(),
});

/** Every event that a worker began, so that it is done once. `units`: how many it has, if known. */
export const event = pgTable(
  'event',
  {
    ...eventKey(),
    ticket: key('ticket').notNull(),
    type: text('type').notNull(),
    lane: text('lane').notNull(),
    stamp: stamp('stamp').notNull(),
    digest: text('digest').notNull(),
    acceptedAt: moment('accepted_at').notNull(),
    /** Null once retention has emptied it; of an erased user's event the JSON `null`. */
    data: json('data'),
    units: integer('units'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.source, table.id] }),
    index('event_ticket').on(table.ticket),
    // In which order retention takes them: the data of some first, whole rows a week later.
    index('event_accepted').on(table.acceptedAt),
    index('event_with_data').on(table.acceptedAt).where(sql`data is not null`),
  ],
);

/** What became of each unit: one event × one generator or reaction. */
export const outcome = pgTable(
  'outcome',
  {
    ...eventKey(),
    name: key('name').notNull(),
    outcome: text('outcome').notNull(),
    settledAt: moment('settled_at').notNull(),
    /** Of the user's document with this unit's content in it; for units that stored nothing, null. */
    version: stamp('version'),
    /** How long the author's code ran, in the attempt that ended it; null when none did. */
    tookMs: integer('took_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.source, table.id, table.name] }),
    index('outcome_settled').on(table.settledAt),
  ],
);

/** One row per user: the lock that orders their commits, and the version of their document. */
export const document = pgTable('document', {
  userId: key('user_id').primaryKey(),
  version: stamp('version').notNull(),
  /** Content of events up to this stamp stays away: the user was erased. */
  erased: stamp('erased').notNull(),
  storedAt: moment('stored_at').notNull(),
});

const contentColumns = () => ({
  stamp: stamp('stamp').notNull(),
  source: key('source').notNull(),
  id: key('id').notNull(),
  type: text('type').notNull(),
  generatedAt: moment('generated_at').notNull(),
  expiresAt: moment('expires_at'),
  content: json('content').notNull(),
});

export const content = pgTable(
  'content',
  { userId: key('user_id').notNull(), slot: key('slot').notNull(), ...contentColumns() },
  (table) => [primaryKey({ columns: [table.userId, table.slot] })],
);

/** Content of a slot for everyone. */
export const generic = pgTable('generic', {
  slot: key('slot').primaryKey(),
  version: stamp('version').notNull(),
  /** What was shown at a lower version may not be served any longer. */
  withdrawnBelow: stamp('withdrawn_below').notNull().default(0),
  ...contentColumns(),
});

/** Units that wait for their next attempt. */
export const parked = pgTable(
  'parked',
  {
    ...eventKey(),
    name: key('name').notNull(),
    attempts: integer('attempts').notNull(),
    dueAt: moment('due_at').notNull(),
    error: text('error').notNull(),
    /** Its thread died or went deaf under it: no other unit shares one with it from here on. */
    alone: boolean('alone').notNull().default(false),
    /** How often a worker had it and was never heard of again, what has it now included. */
    deliveries: integer('deliveries').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.source, table.id, table.name] }),
    index('parked_due').on(table.dueAt),
    // Whoever never failed is found at once, however many have, and the other way round.
    index('parked_due_first').on(table.dueAt).where(sql`attempts = 0`),
    index('parked_due_again').on(table.dueAt).where(sql`attempts > 0`),
  ],
);

/** Units given up, with the reason. The digest is in the key for the sake of `id_reuse`. */
export const deadLetter = pgTable(
  'dead_letter',
  {
    ...eventKey(),
    name: key('name').notNull(),
    digest: key('digest').notNull(),
    reason: text('reason').notNull(),
    error: text('error').notNull(),
    attempts: integer('attempts').notNull(),
    event: json('event').notNull(),
    diedAt: moment('died_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.source, table.id, table.name, table.digest] }),
    index('dead_letter_died').on(table.diedAt),
  ],
);

/** Users and generic slots whose newest content no broker has confirmed yet. */
export const unsent = pgTable(
  'unsent',
  {
    userId: key('user_id').notNull(),
    slot: key('slot').notNull(),
    dueAt: moment('due_at').notNull(),
    /** Who is sending it now; empty once it was noted again meanwhile. */
    claim: text('claim').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.slot] }),
    index('unsent_due').on(table.dueAt),
  ],
);

/** Events that units reported, by their own keys, until the broker has confirmed each of them. */
export const followUp = pgTable(
  'follow_up',
  {
    ...eventKey(),
    event: json('event').notNull(),
    dueAt: moment('due_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.source, table.id] }),
    index('follow_up_due').on(table.dueAt),
  ],
);

/** Who holds documents in a region, as far as it was ever heard of. */
export const replica = pgTable('replica', {
  instance: key('instance').primaryKey(),
  region: key('region').notNull(),
  firstSeenAt: moment('first_seen_at').notNull(),
  lastSeenAt: moment('last_seen_at').notNull(),
  /** An operator said that it is gone for good: nobody waits for it. */
  retiredAt: moment('retired_at'),
  /** What it last said: whether it had everything that was stored before it bound its queues. */
  isCaughtUp: boolean('is_caught_up'),
});

/** A replica's word that it has positioned this version of a user's document, the newest it did. */
export const receipt = pgTable(
  'receipt',
  {
    userId: key('user_id').notNull(),
    instance: key('instance').notNull(),
    version: stamp('version').notNull(),
    positionedAt: moment('positioned_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.instance] })],
);
