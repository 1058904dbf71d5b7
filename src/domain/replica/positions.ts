// Where a replica lays finished documents down. Its contract suite is test/contract/positions-contract.ts.

export type GenericPair = { generic: Uint8Array; pending: Uint8Array };

/**
 * Finished bodies where Nginx finds them. All of it is synchronous: what is composed and laid down
 * in one turn of the event loop cannot be overtaken by an older body of the same user.
 */
export type Positions = {
  /**
   * Replaces the user's body whole: a reader gets the old one or the new one. Throws `unavailable`
   * when it cannot be written; the old one is gone then, and `has` tells if even that failed.
   * `page` shows the same as HTML. It is laid down with the body, and goes wherever that goes.
   */
  write(user: string, body: Uint8Array, page?: Uint8Array): void;
  /** Takes away the bodies of everybody else. */
  keepOnly(users: Iterable<string>): void;
  /** Takes the user's body away; nothing to take is fine. Throws `unavailable` when it cannot. */
  remove(user: string): void;
  has(user: string): boolean;
  count(): number;
  /**
   * For reads that have no replica to ask: what everyone sees, and the same marked pending, and
   * pages of both. Throws `unavailable` when they cannot be written; the old ones are gone then.
   */
  writeGeneric(bodies: GenericPair, pages?: GenericPair): void;
  /** Says that this replica lives; Nginx serves no positions of one that was silent too long. */
  beat(): void;
};
