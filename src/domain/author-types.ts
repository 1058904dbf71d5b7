// What authors are given and what they may return: the types behind authors.ts.

import type { Services } from './config-services.ts';
import type { Lane } from './event.ts';
import type { Json } from './json.ts';

/** A JSON Schema whose TypeScript type is known, such as one made with TypeBox. */
export type Schema<Data = unknown> = { readonly [keyword: string]: unknown } & {
  readonly static?: Data;
};

export type DataOf<S> = S extends { readonly static: infer Data } ? Data : unknown;

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

export type EventOf<Types extends readonly EventType[]> = {
  [Index in keyof Types]: Types[Index] extends EventType<infer Data, infer Type>
    ? GeneratorEvent<Data, Type>
    : never;
}[number];

/** Values that members of an event's `data` must have, each. */
export type Only = { readonly [member: string]: string | number | boolean };

/** What `only` may name: members that the data of every event of `on` has, with plain values. */
export type OnlyOf<Event extends GeneratorEvent> = [keyof Event['data'] & string] extends [never]
  ? never
  : {
      readonly [Member in keyof Event['data'] & string]?: Extract<
        Event['data'][Member],
        string | number | boolean
      >;
    };

export type Logger = {
  info(message: string, fields?: { readonly [key: string]: unknown }): void;
  warn(message: string, fields?: { readonly [key: string]: unknown }): void;
  error(message: string, fields?: { readonly [key: string]: unknown }): void;
};

export type GenerateCall<Event, Content = Json> = {
  readonly event: Event;
  /** With `coalesce`: events that have waited and get no call of their own, oldest first. */
  readonly earlier: readonly Event[];
  /** What the slot holds now, or `null`. A hint, unless the generator asks for it to be exact. */
  readonly previous: Content | null;
  /** Aborts at the deadline. Pass it to fetch and to whatever else waits. */
  readonly signal: AbortSignal;
  readonly log: Logger;
};

/** An event that a generator or reaction reports: a follow-up of the event it was called with. */
export type ReportedEvent<Types extends readonly EventType[] = readonly EventType[]> = ReportOf<
  Types[number]
>;

type ReportOf<Type> =
  Type extends EventType<infer Data, infer Name>
    ? {
        readonly type: EventType<Data, Name>;
        /** Whom it is about; `null` means everyone. */
        readonly user: string | null;
        readonly data: Data;
      }
    : never;

export type Generated<Content = Json, Reported = never> =
  | {
      content: Content;
      expiresAt?: Date;
      /** With `for: 'everyone'` only: what the slot showed before may not be served any longer. */
      withdraw?: boolean;
      events?: readonly Reported[];
    }
  // The slot stays as it is.
  | { content?: never; expiresAt?: never; withdraw?: never; events: readonly Reported[] };

export type Reacted<Reported> = { events: readonly Reported[] };

export type Generator = {
  readonly name: string;
  readonly slot: string;
  readonly on: readonly string[];
  readonly audience: 'user' | 'everyone';
  readonly everyMs: number | null;
  readonly deadlineMs: number;
  readonly concurrency: number;
  readonly coalesce: 'latest' | null;
  readonly previous: 'exact' | null;
  readonly only: Only | null;
  readonly reports: readonly string[];
  readonly generate: (
    call: GenerateCall<GeneratorEvent>,
  ) => MaybePromise<Generated<unknown, ReportedEvent> | undefined | null>;
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
  readonly only: Only | null;
  readonly reports: readonly string[];
  readonly handle: (call: ReactCall<GeneratorEvent>) => ReactionResult<ReportedEvent>;
};

export type ReactionResult<Reported> =
  | MaybePromise<Reacted<Reported> | undefined | null>
  | MaybePromise<void>;

export type SlotDefinition = {
  /** Shown to whoever has no content of their own until a generator made something better. */
  generic: Json;
};

/** What one team adds to an installation, in one value. */
export type Part = {
  readonly events?: readonly EventType[];
  readonly slots?: { readonly [slot: string]: SlotDefinition };
  readonly generators?: readonly Generator[];
  readonly reactions?: readonly Reaction[];
  readonly services?: Services;
};

export type MaybePromise<T> = T | Promise<T>;
