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
  Only,
  OnlyOf,
  Part,
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
  Part,
  ReactCall,
  Reaction,
  ReportedEvent,
  Schema,
  SlotDefinition,
} from './author-types.ts';
export type { Json } from './json.ts';

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
  /**
   * Content is stored only in place of what it was made from, and of each event, however late: the
   * call is repeated with what the slot holds by then.
   */
  previous?: 'exact';
  /** Called only for events whose data has these values. */
  only?: OnlyOf<EventOf<Types>>;
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
    previous: definition.previous ?? null,
    only: (definition.only as Only | undefined) ?? null,
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
  /** Called only for events whose data has these values. */
  only?: OnlyOf<EventOf<Types>>;
  /** Types of events that it may report, in `{ events }`. */
  reports?: Reports;
  handle: (call: ReactCall<EventOf<Types>>) => ReactionResult<ReportedEvent<Reports>>;
}): Reaction {
  return {
    name: definition.name,
    on: definition.on.map((event) => event.type),
    deadlineMs: definition.deadlineMs ?? defaultDeadlineMs,
    concurrency: definition.concurrency ?? defaultConcurrency,
    only: (definition.only as Only | undefined) ?? null,
    reports: (definition.reports ?? []).map((event) => event.type),
    handle: definition.handle as Reaction['handle'],
  };
}

/**
 * Joins parts in their order. The same event may be in several; what must be named once, such as a
 * slot or a service, may not.
 */
export function joinParts(...parts: readonly Part[]): Required<Part> {
  return {
    events: [...new Set(parts.flatMap(({ events = [] }) => events))],
    slots: joined(parts, 'slots'),
    generators: parts.flatMap(({ generators = [] }) => generators),
    reactions: parts.flatMap(({ reactions = [] }) => reactions),
    services: joined(parts, 'services'),
  };
}

/** Unlike a spread, it drops nothing that two parts both have. */
function joined<Name extends 'slots' | 'services'>(
  parts: readonly Part[],
  name: Name,
): Required<Part>[Name] {
  const entries = parts.flatMap((part) => Object.entries(part[name] ?? {}));
  const twice = entries.find(([key], index) => entries.findIndex(([of]) => of === key) < index);
  if (twice !== undefined) throw new Error(`${name}: "${twice[0]}" is in two parts.`);
  return Object.fromEntries(entries) as Required<Part>[Name];
}
