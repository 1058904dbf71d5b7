// The units of an event wherever they stand: settled, waiting for their next attempt, or dead.

import { epochMs } from './postgres-content.ts';
import { keyOf } from './postgres-dead-selection.ts';

/** To join with `event e`, as `u`: a row for each unit, and one that is null for an event without. */
export const unitsOfEvent = `
  left join lateral (
    select coalesce(o.name, p.name) as name, o.outcome, o.version,
      ${epochMs('o.settled_at')} as settled_at_ms, ${epochMs('p.due_at')} as due_at_ms,
      coalesce(d.attempts, p.attempts) as attempts, coalesce(d.error, p.error) as error,
      case when d.id is not null then ${keyOf} end as letter_key, d.reason
    from (select * from outcome o
          where (o.user_id, o.source, o.id) = (e.user_id, e.source, e.id)) o
    full join (select * from parked p
               where (p.user_id, p.source, p.id) = (e.user_id, e.source, e.id)) p
      on o.name = p.name
    left join dead_letter d on (d.user_id, d.source, d.id, d.name, d.digest)
      = (e.user_id, e.source, e.id, o.name, e.digest)
  ) u on true`;
