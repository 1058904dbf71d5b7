// What the tokens of clients are verified with. Whoever signs them is somebody else.

/** A public key as a JSON Web Key (RFC 7517). */
export type PublicJwk = { readonly kty: string; readonly [member: string]: unknown };

export type TokenKeySet = {
  readonly jwks: readonly PublicJwk[];
  /** For HS256, which is for development; `null` refuses it. */
  readonly secret: Uint8Array | null;
};

export type TokenKeys = {
  /** What is valid now: the same object for as long as nothing has changed. */
  current(): TokenKeySet;
};
