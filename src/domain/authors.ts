// The authors' API: what a product team writes. Everything else here is the platform's own.

import type { Lane } from './event.ts';
import type { Json } from './json.ts';

/** A JSON Schema whose TypeScript type is known, such as one made with TypeBox. */
export type Schema<Data = unknown> = { readonly [keyword: string]: unknown } & {
  readonly static?: Data;
};

type DataOf<S> = S extends { readonly static: infer Data } ? Data : unknown;

export type EventType<Data = unknown, Type extends string = string> = {
  readonly type: Type;
  readonly lane: Lane;
  readonly schema: Schema<Data>;
  readonly fromClients: boolean;
  /** Carries the type of `data`; never there at run time. */
  readonly data?: Data;
};

/** An event as a generator or a reaction sees it. `user` is empty for an event about everyone. */
export type GeneratorEvent<Data = unknown, Type extends string = string> = {
  readonly type: Type;
  readonly source: string;
  readonly id: string;
  readonly user: string;
  readonly acceptedAt: Date;
  readonly data: Data;
};

/** What a generator with `everyMs` is called with when its time has come. */
export const timerEventType = 'beforehand.timer';
export type TimerEvent = GeneratorEvent<{ readonly generator: string }, typeof timerEventType>;

type EventOf<Types extends readonly EventType[]> = {
  [Index in keyof Types]: Types[Index] extends EventType<infer Data, infer Type>
    ? GeneratorEvent<Data, Type>
    : never;
}[number];

export type Logger = {
  info(message: string, fields?: { readonly [key: string]: unknown }): void;
  warn(message: string, fields?: { readonly [key: string]: unknown }): void;
  error(message: string, fields?: { readonly [key: string]: unknown }): void;
};

export type GenerateCall<Event, Content = Json> = {
  readonly event: Event;
  /** What the slot holds now, or `null`. Read before the event's turn to be stored: a hint. */
  readonly previous: Content | null;
  /** Aborts at the deadline. Pass it to fetch and to whatever else waits. */
  readonly signal: AbortSignal;
  readonly log: Logger;
};

export type Generated<Content = Json> = {
  content: Content;
  expiresAt?: Date;
  /** With `for: 'everyone'` only: what the slot showed before may not be served any longer. */
  withdraw?: boolean;
};

export type Generator = {
  readonly name: string;
  readonly slot: string;
  readonly on: readonly string[];
  readonly audience: 'user' | 'everyone';
  readonly everyMs: number | null;
  readonly deadlineMs: number;
  readonly concurrency: number;
  readonly coalesce: 'latest' | null;
  readonly generate: (
    call: GenerateCall<GeneratorEvent>,
  ) => MaybePromise<Generated<unknown> | undefined | null>;
};

export type ReactCall<Event> = {
  readonly event: Event;
  /** The same for every delivery of this event: hand it to what must not happen twice. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
};

export type Reaction = {
  readonly name: string;
  readonly on: readonly string[];
  readonly deadlineMs: number;
  readonly concurrency: number;
  readonly handle: (call: ReactCall<GeneratorEvent>) => MaybePromise<void>;
};

type MaybePromise<T> = T | Promise<T>;

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
  coalesce?: 'latest';
  generate: (
    call: GenerateCall<Types extends readonly [] ? TimerEvent : EventOf<Types>, Content>,
  ) => MaybePromise<Generated<Content> | undefined | null>;
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
    generate: definition.generate as Generator['generate'],
  };
}

/** Declares a reaction: a side effect of an event. It happens at least once. */
export function defineReaction<const Types extends readonly EventType[]>(definition: {
  name: string;
  on: Types;
  deadlineMs?: number;
  concurrency?: number;
  handle: (call: ReactCall<EventOf<Types>>) => MaybePromise<void>;
}): Reaction {
  return {
    name: definition.name,
    on: definition.on.map((event) => event.type),
    deadlineMs: definition.deadlineMs ?? defaultDeadlineMs,
    concurrency: definition.concurrency ?? defaultConcurrency,
    handle: definition.handle as Reaction['handle'],
  };
}
