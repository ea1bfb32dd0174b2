// What the gateway and a hashing thread say to each other. Every ask has one reply, in order.

/** `digest` numbers a running hash; the thread knows it from its first `update` on. */
export type HashAsk =
  | { readonly ask: 'chunk'; readonly bytes: Uint8Array }
  | {
      readonly ask: 'update';
      readonly digest: number;
      /** OpenSSL's name. */
      readonly algorithm: string;
      readonly bytes: Uint8Array;
    }
  | { readonly ask: 'finish'; readonly digest: number }
  | { readonly ask: 'discard'; readonly digest: number };

/** The hash in hexadecimal, or an empty string where none was asked for. */
export type HashReply = string;
