// What can go wrong on the way, in words every door can translate.

export type FailureCode = 'unavailable' | 'overloaded' | 'rejected';

/**
 * `too_large`: whoever made it should make less. It is to be made anew when its user was `erased`, or
 * its slot holds something else than what it was made from: `outdated`.
 */
export type RejectionReason = 'too_large' | 'erased' | 'outdated';

/**
 * A failure of something the domain calls.
 * `unavailable`: it cannot do it now; repeat later and charge nobody.
 * `overloaded`: it can, but has too much to do now; repeat later. The message is for the caller.
 * `rejected`: it will never take this input; repeating is pointless.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** Of what is `rejected`, where somebody can do something about it. */
  readonly reason: RejectionReason | undefined;
  /** Of what was given together, that which is `rejected`; empty where that is not known. */
  readonly blamed: readonly unknown[];

  constructor(
    code: FailureCode,
    message: string,
    options?: ErrorOptions & { reason?: RejectionReason; blamed?: readonly unknown[] },
  ) {
    super(message, options);
    this.code = code;
    this.reason = options?.reason;
    this.blamed = options?.blamed ?? [];
  }
}

export function isUnavailable(error: unknown): boolean {
  return error instanceof Failure && error.code === 'unavailable';
}

/** Text of anything thrown, without a stack. Bounded, because authors throw what they like. */
export function describeError(error: unknown): string {
  try {
    return boundText(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } catch {
    return 'Something was thrown that cannot be written as text.';
  }
}

/** At most 1,000 characters, and none that Postgres refuses: NUL and half surrogate pairs. */
export function boundText(text: string): string {
  const bounded = text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
  return bounded.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
