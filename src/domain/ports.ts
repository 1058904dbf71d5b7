// What the domain needs of the outside world. Each port with methods here, in clock-broadcast.ts,
// receipt.ts, replica/positions.ts, replica/recently-asked.ts, worker/dead-events.ts and
// worker/store-reports.ts has a contract suite in test/contract that all its adapters must pass, the
// memory ones included. A few have one adapter and no suite: DataValidator, ReadClock, ProducerKeys,
// TokenKeys, EventStories, ReadBacklog, DeadLetters, Histories, Progress and Replays, most of them
// beside the words that they speak in.

import type { ContentRequest } from './content-request.ts';
import type {
  ContentBundle,
  DocumentHead,
  GenericContent,
  SnapshotPage,
  UserDocument,
} from './document.ts';
import type { AcceptedEvent } from './event.ts';
import type { Json } from './json.ts';
import type { ReplicaReport } from './receipt.ts';
import type { Committed, EventState, FinishedUnit, Unsent } from './worker/finished-unit.ts';
import type { ClaimLimits, ParkedUnit, Parking, UnitKey } from './worker/parked-unit.ts';
import type { UnitAnswer, UnitCall } from './worker/unit-call.ts';

/** Unix milliseconds. */
export type Clock = () => number;

/** Running work that can be told to stop. */
export type Running = {
  /** Takes nothing new and resolves when what was begun has ended. May be called twice. */
  stop(): Promise<void>;
};

// ── between ingest and worker ──────────────────────────────────────────────────────────────────

export type EventPublisher = {
  /**
   * Resolves once every event is routed to a durable queue and confirmed.
   * Rejects with `unavailable` otherwise; some of the events may be queued all the same.
   */
  publish(events: readonly AcceptedEvent[]): Promise<void>;
};

export type EventDelivery = {
  /** How often the event was delivered before. From 1 on it may have crashed a worker. */
  deliveryCount: number;
};

/** Must not reject for reasons of the event itself: a rejection means "deliver it again". */
export type EventHandler = (event: AcceptedEvent, delivery: EventDelivery) => Promise<void>;

export type EventConsumer = {
  /**
   * Hands events of both lanes to `handler`, at most the configured number at a time for each lane,
   * and removes an event once its handler has resolved. An event whose handler rejects, or whose
   * consumer dies, is delivered again with a higher deliveryCount.
   */
  consume(handler: EventHandler): Promise<Running>;
};

// ── between worker and replicas ────────────────────────────────────────────────────────────────

export type FanOut = {
  /** Resolves once the broker has confirmed the bundle for every region; else `unavailable`. */
  send(bundle: ContentBundle): Promise<void>;
  /** The same for one page to the one replica instance that asked for it. */
  sendPage(instance: string, page: SnapshotPage): Promise<void>;
};

export type PageRequest = {
  instance: string;
  region: string;
  snapshotId: string;
  /** Users that sort after this one; `null` starts from the first. */
  after: string | null;
};

export type PageRequestConsumer = {
  /** Each request goes to one worker. A request whose handler rejects is delivered again. */
  consumePageRequests(handler: (request: PageRequest) => Promise<void>): Promise<Running>;
};

export type ContentRequestConsumer = {
  /** The same for requests of content, which may be lost: whoever misses it asks again. */
  consumeContentRequests(
    handler: (request: ContentRequest, delivery: EventDelivery) => Promise<void>,
  ): Promise<Running>;
};

export type FeedHandlers = {
  /**
   * Must resolve before the message counts as received. Called in the order of arrival, for several
   * at a time; `resolved` tells of documents in the same bundle or in one that came before it.
   */
  onBundle(bundle: ContentBundle): Promise<void>;
  onPage(page: SnapshotPage): Promise<void>;
  /** A marker that this replica sent itself has come back, after all that was queued before it. */
  onMarker(id: string): void;
  /** The queues were bound (again). `wereKept`: they held everything since the last time. */
  onBound(binding: { wereKept: boolean }): void;
  /** The broker dropped messages because a queue was full. */
  onOverflow(): void;
};

/** One replica's way to and from the workers. */
export type ContentFeed = {
  /** Binds this replica's bounded queues and begins to deliver; binds again after a lost broker. */
  follow(handlers: FeedHandlers): Promise<Running>;
  requestPage(after: string | null, snapshotId: string): Promise<void>;
  /** Resolves once the request is on its way to a worker; else `unavailable`. */
  requestContent(request: ContentRequest): Promise<void>;
  /** The same for a report: that this replica lives, and what it has positioned. */
  sendReport(report: Omit<ReplicaReport, 'region' | 'instance'>): Promise<void>;
  /** Puts a marker behind everything that is now in the interactive queue. */
  sendMarker(id: string): Promise<void>;
};

// ── the worker's own ───────────────────────────────────────────────────────────────────────────

export type UnitRunner = {
  /**
   * Resolves at the latest a second after the unit's deadline, which runs from the moment its code
   * begins. Rejects only with `unavailable`: too many wait for a thread, or it is closed.
   */
  run(call: UnitCall): Promise<UnitAnswer>;
  /** Takes nothing new and resolves when what was begun has ended. May be called twice. */
  close(): Promise<void>;
};

/**
 * Postgres, or what stands in for it. Every call rejects with `unavailable` when it cannot be
 * carried out now (repeat it later), with `rejected` when the data itself is refused.
 */
export type ContentStore = {
  /** One state per event, in their order. */
  load(
    events: readonly { event: AcceptedEvent; slots: readonly string[] }[],
  ): Promise<EventState[]>;
  /**
   * Stores outcomes and content in one transaction. The newest event wins per user and slot; a unit
   * that already has an outcome is a `duplicate` and changes nothing, but its user's document is
   * among those given back: nobody knows whether it was sent. Follow-ups are due in `followUpLeaseMs`, 0 unless given.
   */
  commit(units: readonly FinishedUnit[], followUpLeaseMs?: number): Promise<Committed>;
  /** Remembers that a unit is to be run (again) after `delayMs`. Parking again sets the new time. One whose event reuses an id is dead instead. */
  park(unit: UnitKey, parking: Parking): Promise<void>;
  /** Takes due units; nobody else gets them for `leaseMs`. Until parked again each counts as delivered once more. */
  claimParked(limits: ClaimLimits): Promise<ParkedUnit[]>;
  /** Forgets a settled unit. One that has no outcome was put back from the dead meanwhile, and stays. */
  unpark(unit: UnitKey): Promise<void>;
  readDocuments(users: readonly string[]): Promise<UserDocument[]>;
  readGeneric(): Promise<GenericContent[]>;
  /** Whole documents of users after `after`, in the order of users; `next` is null at the end. */
  readPage(
    after: string | null,
    maxBytes: number,
  ): Promise<{ documents: UserDocument[]; next: string | null }>;
  /** Remembers users and generic slots whose newest content no broker has confirmed. */
  noteUnsent(unsent: Unsent): Promise<void>;
  /** Takes what was noted; nobody else gets it for `leaseMs`. */
  claimUnsent(limits: { max: number; leaseMs: number }): Promise<Unsent & { claim: string }>;
  clearUnsent(claim: string): Promise<void>;
};

// ── the replica's own ──────────────────────────────────────────────────────────────────────────

export type RegionStore = {
  /**
   * Keeps the higher version of each user, and says which users changed. Atomic, and in the same
   * transaction each of them is marked dirty: what is positioned may differ from what is stored.
   */
  put(documents: readonly UserDocument[]): Promise<string[]>;
  /** Keeps the higher version of each generic slot, and says which slots changed. */
  putGeneric(generic: readonly GenericContent[]): Promise<string[]>;
  get(user: string): UserDocument | null;
  generic(): readonly GenericContent[];
  /** Every user there is, in no order. */
  heads(): Iterable<DocumentHead>;
  /** Users whose mark was never taken away, for a replica that starts again. */
  dirty(): string[];
  /** Takes marks away, but none that a higher version set since. Resolves with the next write. */
  clearDirty(positioned: readonly { user: string; version: number }[]): Promise<void>;
  /** Whether this key, which may be long, names what all positions were last composed with. */
  isComposedWith(key: string): boolean;
  /** `null`: that is not known any more. */
  setComposedWith(key: string | null): Promise<void>;
  /** By slot, the version below which withdrawn content is known to be gone from positions. */
  goneBelow(): { readonly [slot: string]: number };
  setGoneBelow(goneBelow: { readonly [slot: string]: number }): Promise<void>;
  /** Whether a snapshot was ever completed into this store. */
  isComplete(): boolean;
  setComplete(isComplete: boolean): Promise<void>;
  close(): Promise<void>;
};

// ── what everyone may need ─────────────────────────────────────────────────────────────────────

/** What is wrong with an event's data. `pointer` is a JSON Pointer into it, empty for the whole. */
export type DataProblem = { pointer: string; message: string };

/** Whether `data` fits its event type: a list of problems, empty when it does; `null`: no such type. */
export type DataValidator = (type: string, data: Json) => readonly DataProblem[] | null;
