// Receipts: a replica's word that it has positioned (user, version), and what is kept of them.

export type Receipt = {
  user: string;
  version: number;
  /** By the replica's clock. */
  positionedAtMs: number;
};

/** What a replica tells the workers. Without a receipt it says no more than that it lives. */
export type ReplicaReport = {
  region: string;
  /** Receipts are per instance: each has a disk of its own. */
  instance: string;
  /** By the replica's clock. */
  sentAtMs: number;
  /** Whether it has everything, as far as it knows. */
  isCaughtUp: boolean;
  /** One per user. */
  receipts: readonly Receipt[];
};

/** A replica as it was last heard of. */
export type KnownReplica = {
  region: string;
  instance: string;
  /** When a report of it was stored, by the clock of the store: one of its own may be hours off. */
  firstSeenAtMs: number;
  lastSeenAtMs: number;
  /** How long ago that is, by the same clock. */
  silentMs: number;
  /** When an operator said that it is gone for good; `null`: it counts. */
  retiredAtMs: number | null;
  /** `null`: it never said. */
  isCaughtUp: boolean | null;
};

/** What one replica that counts has positioned of a user. */
export type HeldReceipt = {
  region: string;
  instance: string;
  /** `null`: nothing that we were told of. */
  positioned: { version: number; atMs: number } | null;
};

/** Every call rejects with `unavailable` when it cannot be carried out now. */
export type ReceiptStore = {
  /**
   * Keeps the newest version per user and instance, and that the instance was seen; one that was
   * retired before it sent this counts again. Resolves with the number of receipts that were news.
   * Of users without a document nothing is kept, nor of a version that theirs never had; times are
   * kept between the version's own and now. Of an instance that is known in another region nothing
   * is kept, until it is retired there.
   */
  storeReport(report: ReplicaReport): Promise<number>;
  /** Every replica that was ever heard of, by region and instance. */
  replicas(): Promise<KnownReplica[]>;
  /** From here on nobody waits for it. `false`: there is none of that name. */
  retire(instance: string): Promise<boolean>;
  /** One for each replica that counts, by region and instance. */
  receiptsOf(user: string): Promise<HeldReceipt[]>;
};
