ALTER TABLE "outcome" ADD COLUMN "took_ms" integer;--> statement-breakpoint
CREATE INDEX "event_accepted" ON "event" USING btree ("accepted_at");--> statement-breakpoint
CREATE INDEX "event_with_data" ON "event" USING btree ("accepted_at") WHERE data is not null;--> statement-breakpoint
CREATE INDEX "outcome_settled" ON "outcome" USING btree ("settled_at");--> statement-breakpoint
-- Views for people with psql: docs/sql.md. They show what their owner may read, so inspectors need
-- no right on a table. Tables are named without a schema, as everywhere: the search path says where.
CREATE SCHEMA "inspect";--> statement-breakpoint
COMMENT ON SCHEMA inspect IS 'What people with psql ask about Beforehand: docs/sql.md.';--> statement-breakpoint
CREATE VIEW inspect.event_story AS
SELECT e.user_id, e.source, e.id, e.ticket, e.type, e.lane, e.accepted_at,
  u.name AS unit, coalesce(u.outcome, CASE WHEN u.name IS NOT NULL THEN 'waiting' END) AS state,
  u.settled_at, (extract(epoch FROM u.settled_at - e.accepted_at) * 1000)::bigint AS after_ms,
  u.took_ms, u.version, u.attempts, u.due_at, u.error
FROM event e
LEFT JOIN LATERAL (
  SELECT coalesce(o.name, p.name) AS name, o.outcome, o.settled_at, o.took_ms, o.version,
    coalesce(d.attempts, p.attempts) AS attempts, p.due_at, coalesce(d.error, p.error) AS error
  FROM (SELECT * FROM outcome o
    WHERE (o.user_id, o.source, o.id) = (e.user_id, e.source, e.id)) o
  FULL JOIN (SELECT * FROM parked p
    WHERE (p.user_id, p.source, p.id) = (e.user_id, e.source, e.id)) p ON p.name = o.name
  LEFT JOIN dead_letter d ON (d.user_id, d.source, d.id, d.name, d.digest)
    = (e.user_id, e.source, e.id, o.name, e.digest)
) u ON true;--> statement-breakpoint
COMMENT ON VIEW inspect.event_story IS 'One event by unit: what became of each. Ask by ticket, or by user_id (and source and id): those are looked up, anything else reads every event.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.user_id IS 'Whom it is about; empty: everyone.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.source IS 'Who reported it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.id IS 'What its producer calls it; unique for its source.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.ticket IS 'What its producer was given for it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.type IS 'Its type.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.lane IS 'interactive or bulk.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.accepted_at IS 'When an ingest answered 202.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.unit IS 'The generator or reaction; null: nobody is concerned, or no unit has ended or waits yet.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.state IS 'Its outcome: stored, unchanged, superseded, done, dead or erased; waiting: it is parked.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.settled_at IS 'When it got its outcome.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.after_ms IS 'From accepted to settled.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.took_ms IS 'How long the author''s code ran in the attempt that ended it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.version IS 'Of the document with this content in it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.attempts IS 'That failed so far, of a unit that is dead or waits.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.due_at IS 'When a unit that waits runs again.';--> statement-breakpoint
COMMENT ON COLUMN inspect.event_story.error IS 'Why it is dead or waits.';--> statement-breakpoint
CREATE VIEW inspect.user_document AS
SELECT d.user_id, d.version, d.stored_at, c.slot, c.content, c.type AS event_type,
  c.source AS event_source, c.id AS event_id, e.ticket, e.accepted_at, c.generated_at, c.expires_at,
  c.expires_at <= now() AS is_expired, p.positioned_in, p.not_yet_in,
  CASE WHEN d.erased > 0 THEN to_timestamp(d.erased / 4096 / 1000.0) END AS erased_at
FROM document d
LEFT JOIN content c ON c.user_id = d.user_id
LEFT JOIN event e ON (e.user_id, e.source, e.id) = (c.user_id, c.source, c.id)
LEFT JOIN LATERAL (
  SELECT
    array_agg(r.instance ORDER BY r.instance) FILTER (WHERE t.version >= d.version) AS positioned_in,
    array_agg(r.instance ORDER BY r.instance)
      FILTER (WHERE t.version IS NULL OR t.version < d.version) AS not_yet_in
  FROM replica r
  LEFT JOIN receipt t ON t.user_id = d.user_id AND t.instance = r.instance
  WHERE r.retired_at IS NULL
) p ON true
WHERE d.version > 0 OR d.erased > 0;--> statement-breakpoint
COMMENT ON VIEW inspect.user_document IS 'One user''s document slot by slot: what it shows, the event that made it, and the replicas where it is. Ask by user_id.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.user_id IS 'The user.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.version IS 'Of the whole document: it rises with each change.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.stored_at IS 'When the document changed last.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.slot IS 'The slot; null: the document has none.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.content IS 'What the slot shows this user.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.event_type IS 'Type of the event that made it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.event_source IS 'Who reported that event.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.event_id IS 'What its producer calls it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.ticket IS 'Its ticket, for event_story; null once the event is forgotten.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.accepted_at IS 'When that event was accepted; null once it is forgotten.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.generated_at IS 'When the author''s code made the content.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.expires_at IS 'From then on it is not shown; null: it stays.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.is_expired IS 'Whether that is past.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.positioned_in IS 'Replicas that said they have laid this version down, or a later one.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.not_yet_in IS 'Replicas that have not said so yet, without retired ones.';--> statement-breakpoint
COMMENT ON COLUMN inspect.user_document.erased_at IS 'Up to when the user was erased; null: never.';--> statement-breakpoint
CREATE VIEW inspect.generic_content AS
SELECT slot, version, content, type AS event_type, source AS event_source, id AS event_id,
  generated_at, expires_at, expires_at <= now() AS is_expired
FROM generic;--> statement-breakpoint
COMMENT ON VIEW inspect.generic_content IS 'What a slot shows to whom nothing personal is there for.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.slot IS 'The slot.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.version IS 'Of this content: it rises with each change.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.content IS 'What it shows.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.event_type IS 'Type of the event that made it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.event_source IS 'Who reported that event.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.event_id IS 'What its producer calls it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.generated_at IS 'When the author''s code made it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.expires_at IS 'From then on it is not shown; null: it stays.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generic_content.is_expired IS 'Whether that is past.';--> statement-breakpoint
CREATE VIEW inspect.generators AS
SELECT coalesce(o.name, p.name, d.name) AS name,
  coalesce(o.units, 0) AS units, coalesce(o.stored, 0) AS stored,
  coalesce(o.unchanged, 0) AS unchanged, coalesce(o.superseded, 0) AS superseded,
  coalesce(o.done, 0) AS done, coalesce(o.dead, 0) AS dead, coalesce(o.erased, 0) AS erased,
  o.took_ms_p50, o.took_ms_p95, o.took_ms_max,
  coalesce(p.waiting, 0) AS waiting, coalesce(p.failing, 0) AS failing,
  coalesce(d.letters, 0) AS letters, d.last_died_at
FROM (
  SELECT name, count(*) AS units,
    count(*) FILTER (WHERE outcome = 'stored') AS stored,
    count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
    count(*) FILTER (WHERE outcome = 'superseded') AS superseded,
    count(*) FILTER (WHERE outcome = 'done') AS done,
    count(*) FILTER (WHERE outcome = 'dead') AS dead,
    count(*) FILTER (WHERE outcome = 'erased') AS erased,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY took_ms) AS took_ms_p50,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY took_ms) AS took_ms_p95,
    max(took_ms) AS took_ms_max
  FROM outcome WHERE settled_at > now() - interval '1 hour' GROUP BY name
) o
FULL JOIN (
  SELECT name, count(*) AS waiting, count(*) FILTER (WHERE attempts > 0) AS failing
  FROM parked GROUP BY name
) p ON p.name = o.name
FULL JOIN (
  SELECT name, count(*) AS letters, max(died_at) AS last_died_at
  FROM dead_letter WHERE name <> '' AND died_at > now() - interval '1 hour' GROUP BY name
) d ON d.name = coalesce(o.name, p.name);--> statement-breakpoint
COMMENT ON VIEW inspect.generators IS 'Generators and reactions that did something in the last hour: how much, how slow, how badly.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.name IS 'The generator or reaction.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.units IS 'That ended in the last hour; the six that follow say how.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.stored IS 'Made content that was stored.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.unchanged IS 'Had nothing to say.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.superseded IS 'Made content that was older than what is there, or were joined with a later event.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.done IS 'Reactions that ended well.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.dead IS 'Were given up.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.erased IS 'Were of a user who was erased since.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.took_ms_p50 IS 'Half of them ran for so long or less.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.took_ms_p95 IS 'All but one in twenty did.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.took_ms_max IS 'The slowest.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.waiting IS 'Units that are parked now.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.failing IS 'Those of them that have failed before.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.letters IS 'Dead letters of the last hour.';--> statement-breakpoint
COMMENT ON COLUMN inspect.generators.last_died_at IS 'The latest of them.';--> statement-breakpoint
CREATE VIEW inspect.dead_letters AS
SELECT encode(sha256(convert_to(
    json_build_array(d.user_id, d.source, d.id, d.name, d.digest)::text, 'UTF8')), 'hex') AS key,
  d.died_at, d.name, d.reason, d.error, d.attempts, d.user_id, d.source, d.id,
  d.event->>'ticket' AS ticket, d.event->>'type' AS type, d.event->>'lane' AS lane,
  to_timestamp((d.event->>'acceptedAtMs')::bigint / 1000.0) AS accepted_at
FROM dead_letter d;--> statement-breakpoint
COMMENT ON VIEW inspect.dead_letters IS 'What was given up, with the reason. The data of its event is not shown here.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.key IS 'What the command line calls it: dead show, dead redrive.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.died_at IS 'When it was given up.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.name IS 'The generator or reaction; empty: the whole event.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.reason IS 'Why, as one word: docs/operators.md lists them.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.error IS 'What failed.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.attempts IS 'That were charged.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.user_id IS 'Whom its event is about; empty: everyone.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.source IS 'Who reported it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.id IS 'What its producer calls it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.ticket IS 'What its producer was given for it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.type IS 'Its type.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.lane IS 'interactive or bulk.';--> statement-breakpoint
COMMENT ON COLUMN inspect.dead_letters.accepted_at IS 'When an ingest answered 202.';--> statement-breakpoint
CREATE VIEW inspect.throughput AS
SELECT minute, coalesce(e.accepted, 0) AS accepted, coalesce(o.units, 0) AS units,
  coalesce(o.stored, 0) AS stored, coalesce(o.dead, 0) AS dead, o.took_ms_avg
FROM (
  SELECT date_trunc('minute', accepted_at) AS minute, count(*) AS accepted
  FROM event WHERE accepted_at > date_trunc('minute', now()) - interval '1 hour' GROUP BY 1
) e
FULL JOIN (
  SELECT date_trunc('minute', settled_at) AS minute, count(*) AS units,
    count(*) FILTER (WHERE outcome = 'stored') AS stored,
    count(*) FILTER (WHERE outcome = 'dead') AS dead,
    round(avg(took_ms))::int AS took_ms_avg
  FROM outcome WHERE settled_at > date_trunc('minute', now()) - interval '1 hour' GROUP BY 1
) o USING (minute);--> statement-breakpoint
COMMENT ON VIEW inspect.throughput IS 'The last hour, minute by minute; minutes in which nothing happened are left out.';--> statement-breakpoint
COMMENT ON COLUMN inspect.throughput.minute IS 'Its beginning.';--> statement-breakpoint
COMMENT ON COLUMN inspect.throughput.accepted IS 'Events that were accepted in it and begun since.';--> statement-breakpoint
COMMENT ON COLUMN inspect.throughput.units IS 'That ended in it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.throughput.stored IS 'Those of them whose content was stored.';--> statement-breakpoint
COMMENT ON COLUMN inspect.throughput.dead IS 'Those of them that were given up.';--> statement-breakpoint
COMMENT ON COLUMN inspect.throughput.took_ms_avg IS 'How long authors'' code ran for each on average.';--> statement-breakpoint
CREATE VIEW inspect.replicas AS
SELECT r.instance, r.region, r.first_seen_at, r.last_seen_at,
  (extract(epoch FROM now() - r.last_seen_at) * 1000)::bigint AS silent_ms,
  r.is_caught_up, r.retired_at, b.behind, b.behind_since, b.positioned_after_ms_p50
FROM replica r
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE n.version > coalesce(t.version, 0)) AS behind,
    min(n.settled_at) FILTER (WHERE n.version > coalesce(t.version, 0)) AS behind_since,
    percentile_disc(0.5) WITHIN GROUP (
      ORDER BY (extract(epoch FROM t.positioned_at - n.settled_at) * 1000)::bigint
    ) FILTER (WHERE t.version = n.version) AS positioned_after_ms_p50
  FROM (SELECT * FROM outcome ORDER BY settled_at DESC LIMIT 1000) n
  LEFT JOIN receipt t ON t.user_id = n.user_id AND t.instance = r.instance
  WHERE n.version IS NOT NULL AND n.user_id <> ''
) b ON r.retired_at IS NULL;--> statement-breakpoint
COMMENT ON VIEW inspect.replicas IS 'Replicas and how far behind they are, judged by the newest thousand units.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.instance IS 'The replica.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.region IS 'Its region.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.first_seen_at IS 'When it was first heard of.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.last_seen_at IS 'When it was last heard of.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.silent_ms IS 'How long ago that is.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.is_caught_up IS 'Its own word: whether it has all that was stored before it began to follow.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.retired_at IS 'Since when nobody waits for it; null: it counts.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.behind IS 'Units of the newest thousand whose content it has not said to have laid down.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.behind_since IS 'When the oldest of those was stored.';--> statement-breakpoint
COMMENT ON COLUMN inspect.replicas.positioned_after_ms_p50 IS 'From stored to positioned: half of them took so long or less.';--> statement-breakpoint
CREATE VIEW inspect.parked AS
SELECT p.name, p.due_at, p.attempts, p.error, p.alone, p.deliveries,
  p.user_id, p.source, p.id, e.ticket, e.type, e.lane, e.accepted_at
FROM parked p
LEFT JOIN event e USING (user_id, source, id);--> statement-breakpoint
COMMENT ON VIEW inspect.parked IS 'Units that wait for their next attempt.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.name IS 'The generator or reaction.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.due_at IS 'When it runs again.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.attempts IS 'That failed so far.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.error IS 'Why it waits.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.alone IS 'Whether it shares no thread, because one ended under it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.deliveries IS 'How often a worker had it and was never heard of again.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.user_id IS 'Whom its event is about; empty: everyone.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.source IS 'Who reported it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.id IS 'What its producer calls it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.ticket IS 'What its producer was given for it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.type IS 'Its type.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.lane IS 'interactive or bulk.';--> statement-breakpoint
COMMENT ON COLUMN inspect.parked.accepted_at IS 'When an ingest answered 202.';--> statement-breakpoint
CREATE VIEW inspect.unsent AS
SELECT u.user_id, u.slot, d.version, u.due_at, u.claim <> '' AS is_being_sent
FROM unsent u
LEFT JOIN document d ON d.user_id = u.user_id;--> statement-breakpoint
COMMENT ON VIEW inspect.unsent IS 'Users and generic slots whose newest content no broker has confirmed yet.';--> statement-breakpoint
COMMENT ON COLUMN inspect.unsent.user_id IS 'The user; empty: it is about a generic slot.';--> statement-breakpoint
COMMENT ON COLUMN inspect.unsent.slot IS 'The generic slot; empty: it is about a user.';--> statement-breakpoint
COMMENT ON COLUMN inspect.unsent.version IS 'Of the user''s document.';--> statement-breakpoint
COMMENT ON COLUMN inspect.unsent.due_at IS 'When a worker sends it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.unsent.is_being_sent IS 'Whether one is doing so.';--> statement-breakpoint
CREATE VIEW inspect.follow_ups AS
SELECT user_id, source, id, event->>'type' AS type, due_at FROM follow_up;--> statement-breakpoint
COMMENT ON VIEW inspect.follow_ups IS 'Events that units reported and that no broker has confirmed yet.';--> statement-breakpoint
COMMENT ON COLUMN inspect.follow_ups.user_id IS 'Whom it is about; empty: everyone.';--> statement-breakpoint
COMMENT ON COLUMN inspect.follow_ups.source IS 'Who reported it.';--> statement-breakpoint
COMMENT ON COLUMN inspect.follow_ups.id IS 'The event, the unit that reported it, and its number.';--> statement-breakpoint
COMMENT ON COLUMN inspect.follow_ups.type IS 'Its type.';--> statement-breakpoint
COMMENT ON COLUMN inspect.follow_ups.due_at IS 'When a worker publishes it, if whoever stored it has not.';
