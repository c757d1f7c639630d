/** How far the form is. */
export interface State {
  valid: boolean;
  missing: number;
  errors: number;
  warnings: number;
  rev: number;
  signed: boolean;
}

/** The host's own signer: ES256 or EdDSA over the bytes it is given, as 64 bytes. */
export interface Signer {
  org: string;
  jwk: JsonWebKey;
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** The host's own storage of drafts. Values are objects that a structured clone can copy, texts and blobs. */
export interface DraftStorage {
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
  delete(key: string): unknown;
  keys(): Iterable<string> | Promise<Iterable<string>>;
}
