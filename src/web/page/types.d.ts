/** How far the form is. */
export interface State {
  [name: string]: unknown;
}

/** The host's own signer. */
export interface Signer {
  org: string;
  alg: string;
  jwk: JsonWebKey;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The host's own storage of drafts. */
export interface DraftStorage {
  get(key: string): Promise<string | null | undefined>;
  set(key: string, draft: string): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
}
