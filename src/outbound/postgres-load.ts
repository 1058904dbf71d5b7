// What a worker must know of events before it runs their units, for many events at once.

import type { ContentStore } from '../domain/ports.ts';
import type { EventState } from '../domain/worker/finished-unit.ts';
import { keyColumns, userIdOf } from './postgres-ledger.ts';
import type { Postgres } from './postgres-pool.ts';

type StateRow = {
  ord: number;
  digest: string | null;
  settled: string[];
  parked: string[];
  erased: number;
};
type PreviousRow = { user_id: string; slot: string; content: string };

export function postgresLoad(postgres: Postgres): ContentStore['load'] {
  return async (requests) => {
    const events = requests.map((request) => request.event);
    const places = requests.flatMap(({ event, slots }) =>
      slots.map((slot) => ({ userId: userIdOf(event), slot })),
    );
    // In this order: content of before an erasure must not come with the stamp of after it.
    const [states, previous] = await postgres.inOrder((sql) =>
      Promise.all([
        sql.query<StateRow>('load-states', stateQuery, keyColumns(events)),
        sql.query<PreviousRow>('load-previous', previousQuery, [
          places.map((place) => place.userId),
          places.map((place) => place.slot),
        ]),
      ]),
    );
    const byOrdinal = new Map(states.map((row) => [row.ord, row]));
    const byPlace = new Map(previous.map((row) => [placeKey(row.user_id, row.slot), row.content]));
    return requests.map(({ event, slots }, index): EventState => {
      const state = byOrdinal.get(index + 1);
      const contents = slots.flatMap((slot): [string, string][] => {
        const content = byPlace.get(placeKey(userIdOf(event), slot));
        return content === undefined ? [] : [[slot, content]];
      });
      return {
        settled: state?.settled ?? [],
        parked: state?.parked ?? [],
        previous: new Map(contents),
        isIdReuse: state?.digest != null && state.digest !== event.digest,
        erasedStamp: state?.erased ?? 0,
      };
    });
  };
}

function placeKey(userId: string, slot: string): string {
  return JSON.stringify([userId, slot]);
}

const stateQuery = `
  select k.ord, e.digest,
    array(select o.name from outcome o
          where (o.user_id, o.source, o.id) = (k.user_id, k.source, k.id)) as settled,
    array(select p.name from parked p
          where (p.user_id, p.source, p.id) = (k.user_id, k.source, k.id)) as parked,
    coalesce((select d.erased from document d where d.user_id = k.user_id), 0) as erased
  from unnest($1::text[], $2::text[], $3::text[])
    with ordinality as k (user_id, source, id, ord)
  left join event e on (e.user_id, e.source, e.id) = (k.user_id, k.source, k.id)`;

const previousQuery = `
  select c.user_id, c.slot, c.content from content c
  join unnest($1::text[], $2::text[]) as p (user_id, slot)
    on (c.user_id, c.slot) = (p.user_id, p.slot)
  union all
  select '', g.slot, g.content from generic g
  join unnest($1::text[], $2::text[]) as p (user_id, slot) on p.user_id = '' and g.slot = p.slot`;
