// Entries in Redis or Valkey: the storage under the redis tier's Keyv. The server is shared, so a
// frame is sealed with the gateway's secret, and whatever bears no seal of ours is no entry.
import { createHmac } from 'node:crypto';
import type { Clock } from '../../ports/runtime.ts';
import { EntryDamaged, type EntryStore, type StoredEntry, StoreRefused } from '../entry-store.ts';
import { keyDigest } from '../key-digest.ts';
import type { RedisConnection } from './connection.ts';
import { checkFrame, encodeHeader, FRAME_HEADER_BYTES } from './frame.ts';

const NAMESPACE = 'glance-edge:';

/** The server's `proto-max-bulk-len` unless told otherwise: it drops the connection beyond. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024;

/** Some 280,000 years: keeps a far expiry within what the server can add to its clock. */
const MAX_LIFE_MS = Number.MAX_SAFE_INTEGER;

export function createRedisStore(options: {
  readonly connection: RedisConnection;
  readonly secret: Uint8Array;
  readonly clock: Clock;
}): EntryStore {
  const { connection, secret, clock } = options;

  return {
    read,
    // The seal is over the whole: without all of it no part could be believed.
    async readPart(key, from, to) {
      const whole = await read(key);
      if (whole === null || to > whole.bytes.byteLength) return null;
      const { bytes: within, expiresAt } = whole;
      return { bytes: within.subarray(from, to), within, size: within.byteLength, expiresAt };
    },
    async write(key, bytes, expiresAt) {
      const name = nameOf(key);
      const lifeMs = expiresAt === null ? null : Math.ceil(expiresAt - clock.now());
      const tooLarge = FRAME_HEADER_BYTES + bytes.byteLength > MAX_FRAME_BYTES;
      if (tooLarge || (lifeMs !== null && lifeMs <= 0)) {
        await connection.run((client) => client.delete(name));
        if (tooLarge) throw new StoreRefused('too-large');
        return null;
      }
      // The client takes a value as one Buffer, hence this one copy.
      const frame = Buffer.concat([encodeHeader(secret, keyDigest(key), bytes, expiresAt), bytes]);
      const life = lifeMs === null ? null : Math.min(lifeMs, MAX_LIFE_MS);
      await connection
        .run((client) => client.set(name, frame, life))
        .catch((cause: unknown) => forgetRefused(name, cause));
      return null;
    },
    remove: (key) => connection.run((client) => client.delete(nameOf(key))),
    clear: () =>
      connection.run(async (client) => {
        for await (const names of client.names(NAMESPACE)) {
          await Promise.all(names.map((name) => client.delete(name)));
        }
      }),
    close: async () => connection.close(),
  };

  async function read(key: string): Promise<StoredEntry | null> {
    const name = nameOf(key);
    const frame = await connection.run((client) => client.get(name));
    if (frame === null) return null;
    const header = frame.subarray(0, FRAME_HEADER_BYTES);
    const payload = ownBytes(frame.subarray(FRAME_HEADER_BYTES));
    const verdict = checkFrame(secret, keyDigest(key), header, payload);
    if (verdict.kind === 'damaged') {
      await connection.run((client) => client.delete(name));
      throw new EntryDamaged(verdict.reason);
    }
    // The server counts down by its own clock; ours decides.
    if (verdict.expiresAt !== null && verdict.expiresAt <= clock.now()) return null;
    return { bytes: payload, expiresAt: verdict.expiresAt };
  }

  /**
   * The name is keyed as well: it tells nothing about the key, and gateways with different secrets
   * share a server without clearing away each other's entries as forgeries.
   */
  function nameOf(key: string): string {
    return NAMESPACE + createHmac('sha256', secret).update(key, 'utf16le').digest('base64url');
  }

  /** `maxmemory` with a policy that evicts nothing: the earlier value must go all the same. */
  async function forgetRefused(name: string, cause: unknown): Promise<never> {
    if (!(cause instanceof Error) || !cause.message.startsWith('OOM ')) throw cause;
    await connection.run((client) => client.delete(name));
    throw new StoreRefused('full', { cause });
  }
}

/** A small reply is a view into the socket's 64 KiB read buffer, which it would keep in memory. */
function ownBytes(payload: Uint8Array): Uint8Array {
  const spare = payload.buffer.byteLength - payload.byteLength;
  return spare > FRAME_HEADER_BYTES ? new Uint8Array(payload) : payload;
}
