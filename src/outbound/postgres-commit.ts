// Step 4, store: outcomes and content of a batch of units in one transaction.
//
// READ COMMITTED and separate statements, in this order, because each statement then sees what
// was committed while the one before it waited: insert missing documents, lock them in the order
// of users, events, outcomes, content, versions, and only then read the joined documents. One
// statement that does it all reads slots from before it got the lock, and a new version would carry
// another slot's old content to every region.

import type { GenericContent, Outcome, Resolved, UserDocument } from '../domain/document.ts';
import {
  firstOutcome,
  isContentUnit,
  lateWithdrawals,
  pickNewest,
  resolve,
  unitKey,
} from '../domain/worker/commit-rules.ts';
import { isErased } from '../domain/worker/erasure.ts';
import { exactUnits } from '../domain/worker/exact-content.ts';
import type { Committed, FinishedUnit } from '../domain/worker/finished-unit.ts';
import { followUpsOf } from '../domain/worker/follow-up-store.ts';
import { raiseVersions, readDocuments, writeContent } from './postgres-content.ts';
import { type LockedDocument, lockDocuments } from './postgres-document-lock.ts';
import { insertEvents } from './postgres-events.ts';
import { writeExact } from './postgres-exact.ts';
import { insertFollowUps } from './postgres-follow-ups.ts';
import { readGeneric, withdrawOlder, writeGeneric } from './postgres-generic.ts';
import {
  insertDeadLetters,
  insertOutcomes,
  markSuperseded,
  readOutcomes,
  userIdOf,
} from './postgres-ledger.ts';
import type { Sql } from './postgres-pool.ts';
import { keepWanted } from './postgres-requested.ts';

type Locked = ReadonlyMap<string, LockedDocument>;

export async function commitUnits(
  sql: Sql,
  units: readonly FinishedUnit[],
  followUpLeaseMs: number,
): Promise<Committed> {
  const users = new Set(units.map((unit) => unit.event.user));
  // In one round trip: Postgres begins with the events when it has the lock.
  const [locked, reused] = await Promise.all([
    lockDocuments(
      sql,
      [...users].filter((user) => user !== null),
    ),
    insertEvents(sql, units),
  ]);
  const outcomes = units.map((finished): Outcome => {
    const erasedStamp = locked.get(userIdOf(finished.event))?.erased ?? 0;
    if (isErased(finished.event, erasedStamp)) return 'erased';
    if (reused.has(finished.event)) return 'dead';
    if (finished.unit === null) return finished.result.kind === 'dead' ? 'dead' : 'ignored';
    return firstOutcome(finished, erasedStamp);
  });
  await settleUnits(sql, units, outcomes, { reused, locked });
  await insertDeadLetters(sql, units, outcomes, reused);
  const followUps = units.flatMap((unit, index) => followUpsOf(unit, outcomes[index] as Outcome));
  await insertFollowUps(sql, followUps, followUpLeaseMs);

  const { documents, generic, losers } = await storeContent(sql, units, outcomes, locked);
  const again = await readAgain(
    sql,
    units.filter((_, index) => outcomes[index] === 'duplicate'),
    new Set(documents.map((document) => document.user)),
  );
  for (const index of losers) outcomes[index] = 'superseded';
  const lost = losers.map((index) => units[index]).filter((unit) => unit !== undefined);
  await markSuperseded(sql, lost);

  const resolved = await findResolved(sql, units, outcomes);
  return {
    outcomes,
    documents: [...documents, ...again.documents],
    generic: again.generic.length > 0 ? again.generic : generic,
    resolved,
  };
}

/** Writes outcomes; a unit that already had one becomes a `duplicate` in place. */
async function settleUnits(
  sql: Sql,
  units: readonly FinishedUnit[],
  outcomes: Outcome[],
  { reused, locked }: { reused: ReadonlySet<unknown>; locked: Locked },
): Promise<void> {
  const first = new Map<string, number>();
  units.forEach((finished, index) => {
    if (finished.unit === null || reused.has(finished.event)) return;
    const key = unitKey(finished.event, finished.unit.name);
    if (first.has(key)) outcomes[index] = 'duplicate';
    else first.set(key, index);
  });
  const candidates = [...first.values()];
  const fresh = await insertOutcomes(
    sql,
    candidates.map((index) => ({
      finished: units[index] as FinishedUnit,
      outcome: outcomes[index] as Outcome,
      version: locked.get(userIdOf((units[index] as FinishedUnit).event))?.nextVersion ?? null,
    })),
  );
  for (const [key, index] of first) if (!fresh.has(key)) outcomes[index] = 'duplicate';
}

async function storeContent(
  sql: Sql,
  units: readonly FinishedUnit[],
  outcomes: readonly Outcome[],
  locked: Locked,
): Promise<{ documents: UserDocument[]; generic: GenericContent[]; losers: number[] }> {
  const candidates = units.filter((_, index) => outcomes[index] === 'stored').filter(isContentUnit);
  const newest = [...pickNewest(await keepWanted(sql, candidates)).values()];
  const exact = await writeExact(sql, exactUnits(units, outcomes), newest);
  const others = newest.filter((unit) => unit.event.user !== null && !exact.includes(unit));
  const personal = [...exact, ...(await writeContent(sql, others))];
  const everyones = await writeGeneric(
    sql,
    newest.filter((unit) => unit.event.user === null),
  );
  const withdrawn = await withdrawOlder(sql, lateWithdrawals(candidates, everyones.winners));
  const kept = new Set<FinishedUnit>([...personal, ...everyones.winners]);
  const losers = units.flatMap((unit, index) =>
    outcomes[index] === 'stored' && !kept.has(unit) ? [index] : [],
  );
  const users = [...new Set(personal.map((unit) => userIdOf(unit.event)))];
  const generic = new Map([...everyones.generic, ...withdrawn].map((one) => [one.slot, one]));
  const nextVersions = users.map((user) => (locked.get(user) as LockedDocument).nextVersion);
  const documents = await raiseVersions(sql, users, nextVersions);
  return { documents, generic: [...generic.values()], losers };
}

/**
 * What duplicates stored the first time, as it is now. Whoever stored it may not have sent it: its
 * answer from here was lost, or it died. We hold the lock, so nothing newer can be overtaken.
 */
async function readAgain(
  sql: Sql,
  duplicates: readonly FinishedUnit[],
  sent: ReadonlySet<string>,
): Promise<{ documents: UserDocument[]; generic: GenericContent[] }> {
  const users = [...new Set(duplicates.map((unit) => unit.event.user))];
  const unsent = users.filter((user) => user !== null).filter((user) => !sent.has(user));
  return {
    documents: unsent.length === 0 ? [] : await readDocuments(sql, unsent),
    generic: users.includes(null) ? await readGeneric(sql) : [],
  };
}

/** An event is resolved by the commit that gives the last of its units an outcome. */
async function findResolved(
  sql: Sql,
  units: readonly FinishedUnit[],
  outcomes: readonly Outcome[],
): Promise<Resolved[]> {
  const resolved: Resolved[] = [];
  const shared = new Map<string, FinishedUnit>();
  units.forEach((finished, index) => {
    if (finished.unitNames.length > 1) shared.set(unitKey(finished.event, ''), finished);
    else resolved.push(resolve(finished.event, [outcomes[index] as Outcome]));
  });
  const events = [...shared.values()];
  const known = await readOutcomes(
    sql,
    events.map((finished) => finished.event),
  );
  events.forEach(({ event, unitNames }, index) => {
    const byName = known[index] ?? new Map<string, Outcome>();
    if (unitNames.every((name) => byName.has(name)))
      resolved.push(resolve(event, [...byName.values()]));
  });
  return resolved;
}
