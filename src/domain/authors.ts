// The authors' API: what a product team writes. Everything else here is the platform's own.

import type {
  DataOf,
  EventOf,
  EventType,
  GenerateCall,
  Generated,
  Generator,
  GeneratorEvent,
  MaybePromise,
  ReactCall,
  Reaction,
  ReactionResult,
  ReportedEvent,
  Schema,
} from './author-types.ts';
import type { Lane } from './event.ts';
import type { Json } from './json.ts';

export type {
  EventType,
  GenerateCall,
  Generated,
  Generator,
  GeneratorEvent,
  Logger,
  ReactCall,
  Reaction,
  ReportedEvent,
  Schema,
} from './author-types.ts';

/** What a generator with `everyMs` is called with when its time has come. */
export const timerEventType = 'beforehand.timer';
export type TimerEvent = GeneratorEvent<{ readonly generator: string }, typeof timerEventType>;

export const defaultDeadlineMs = 1_000;
export const defaultConcurrency = 20;

/** Declares an event type. `schema` is the JSON Schema of its `data`; `lane` is interactive. */
export function defineEvent<const S extends Schema, const Type extends string>(definition: {
  type: Type;
  lane?: Lane;
  schema: S;
  fromClients?: boolean;
}): EventType<DataOf<S>, Type> {
  return {
    type: definition.type,
    lane: definition.lane ?? 'interactive',
    schema: definition.schema as Schema<DataOf<S>>,
    fromClients: definition.fromClients ?? false,
  };
}

/**
 * A user read a slot that held nothing for them. A generator on it makes content late rather than
 * never. It needs no place in the list of events, because only the platform reports it.
 */
export const contentRequested = defineEvent({
  type: 'content.requested',
  schema: {
    type: 'object',
    properties: { slot: { type: 'string' } },
    required: ['slot'],
  } as Schema<{ slot: string }>,
});

/**
 * Declares a generator: event in, content for one slot out. Returning nothing leaves the slot as
 * it is. With `for: 'everyone'` it makes the slot's generic content, on events without a subject
 * and, with `everyMs`, each time that period begins.
 */
export function defineGenerator<
  const Types extends readonly EventType[] = readonly [],
  Content = Json,
  const Reports extends readonly EventType[] = readonly [],
>(definition: {
  /** What outcomes and errors are remembered under; the slot unless given. */
  name?: string;
  slot: string;
  on?: Types;
  for?: 'everyone';
  everyMs?: number;
  deadlineMs?: number;
  /** Calls running at the same time in one worker process. */
  concurrency?: number;
  /** While it runs for a user, further events of theirs wait for one call together. */
  coalesce?: 'latest';
  /** Types of events that it may report beside its content, or instead of it. */
  reports?: Reports;
  generate: (
    call: GenerateCall<Types extends readonly [] ? TimerEvent : EventOf<Types>, Content>,
  ) => MaybePromise<Generated<Content, ReportedEvent<Reports>> | undefined | null>;
}): Generator {
  return {
    name: definition.name ?? definition.slot,
    slot: definition.slot,
    on: (definition.on ?? []).map((event) => event.type),
    audience: definition.for ?? 'user',
    everyMs: definition.everyMs ?? null,
    deadlineMs: definition.deadlineMs ?? defaultDeadlineMs,
    concurrency: definition.concurrency ?? defaultConcurrency,
    coalesce: definition.coalesce ?? null,
    reports: (definition.reports ?? []).map((event) => event.type),
    generate: definition.generate as Generator['generate'],
  };
}

/** Declares a reaction: a side effect of an event. It happens at least once. */
export function defineReaction<
  const Types extends readonly EventType[],
  const Reports extends readonly EventType[] = readonly [],
>(definition: {
  name: string;
  on: Types;
  deadlineMs?: number;
  concurrency?: number;
  /** Types of events that it may report, in `{ events }`. */
  reports?: Reports;
  handle: (call: ReactCall<EventOf<Types>>) => ReactionResult<ReportedEvent<Reports>>;
}): Reaction {
  return {
    name: definition.name,
    on: definition.on.map((event) => event.type),
    deadlineMs: definition.deadlineMs ?? defaultDeadlineMs,
    concurrency: definition.concurrency ?? defaultConcurrency,
    reports: (definition.reports ?? []).map((event) => event.type),
    handle: definition.handle as Reaction['handle'],
  };
}
