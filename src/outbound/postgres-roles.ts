// Who may do what with which table or view, as data. src/outbound/postgres-grants.ts makes it so.
//
// These are groups without a login, so that an installation names its logins and changes passwords
// as it likes: `create role w1 login password '…' in role beforehand_worker`.

export const verbs = ['select', 'insert', 'update', 'delete'] as const;
export type Verb = (typeof verbs)[number];

/** Owns all of it, and is who migrates. */
export const migratorRole = 'beforehand_migrator';

export const groupRoles = {
  migrator: migratorRole,
  worker: 'beforehand_worker',
  operator: 'beforehand_operator',
  inspector: 'beforehand_inspector',
} as const;

export type Group = keyof typeof groupRoles;

type Rights = { readonly [relation: string]: readonly Verb[] };

const read: readonly Verb[] = ['select'];
const change: readonly Verb[] = ['select', 'update'];
const keep: readonly Verb[] = ['select', 'insert', 'update'];
const all: readonly Verb[] = verbs;

/** Tables are found by the search path, as in every statement of ours. */
export const tables = [
  ...['event', 'outcome', 'document', 'content', 'generic', 'parked', 'dead_letter'],
  ...['unsent', 'follow_up', 'replica', 'receipt'],
];

export const views = [
  ...['event_story', 'user_document', 'generic_content', 'generators', 'dead_letters'],
  ...['throughput', 'replicas', 'parked', 'unsent', 'follow_ups'],
].map((name) => `inspect.${name}`);

const everyView = (rights: readonly Verb[]): Rights =>
  Object.fromEntries(views.map((view) => [view, rights]));

/** Whom a group may do what to; nothing else. Documents stay: their erasure must be remembered. */
export const rights: { readonly [Name in Exclude<Group, 'migrator'>]: Rights } = {
  worker: {
    ...{ event: all, outcome: all, document: keep, content: all, generic: keep },
    ...{ parked: all, dead_letter: all, unsent: all, follow_up: all, replica: all, receipt: all },
  },
  // To read everything, to put back or drop what is dead, and to run again what is settled.
  operator: {
    ...everyView(read),
    ...{
      event: keep,
      outcome: ['select', 'delete'],
      document: keep,
      content: change,
      generic: change,
    },
    ...{ parked: all, dead_letter: ['select', 'delete'], unsent: keep, follow_up: read },
    ...{ replica: change, receipt: read },
  },
  inspector: everyView(read),
};
