// An embedded Glance on a real socket that counts every call and makes trouble by script: the
// origin of the scenario tests. Deterministic: it waits for gates, never for time; only a
// throttled wire uses timers, because it is one.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds, systemClock, systemTimers } from '../../src/adapters/node/runtime.ts';
import type { HeaderList } from '../../src/core/headers.ts';
import { noise } from '../../src/demo/noise.ts';
import type { Caller } from '../../src/demo/origin/access.ts';
import {
  createEmbeddedGlance,
  type EmbeddedGlance,
} from '../../src/demo/origin/embedded-glance.ts';
import { createLink, type Link } from '../../src/demo/origin/link.ts';
import { closed, listening } from '../../src/demo/origin/listen.ts';
import { requestFrom } from '../../src/demo/origin/node-exchange.ts';
import { type SeededImage, seedImage } from '../../src/demo/seed-image.ts';
import { createLedger, type Ledger, type LedgerEntry } from './ledger.ts';
import { type ActiveRule, createRules, ofKind, type TroubleRule } from './trouble.ts';
import { writeTroubledAnswer } from './troubled-answer.ts';

export interface TroubleOriginOptions {
  readonly region?: string;
  /** Changing the object changes who is let in; the default is a fresh `testTokens()`. */
  readonly tokens?: Record<string, Caller>;
  /** `no` is an origin on Ceph or Swift: any satisfiable range is 400. */
  readonly ranges?: 'yes' | 'no';
  /** One wire that all connections share. */
  readonly link?: Wire;
  /** A wire that each connection has to itself. */
  readonly connection?: Wire;
}

export interface Wire {
  readonly bytesPerSecond: number;
  /** Before each answer, in ms. */
  readonly delayMs?: number;
}

export interface TroubleOrigin {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The Glance behind the socket; calls made on it directly are in no ledger. */
  readonly glance: EmbeddedGlance;
  readonly tokens: Record<string, Caller>;
  readonly ledger: Ledger;
  /** From the next call on. */
  trouble(rule: TroubleRule): ActiveRule;
  /** Puts an image of noise in, owned by `OWNER`; not in the ledger. */
  seed(options: SeedOptions): Promise<SeededImage & { readonly data: Uint8Array }>;
  /** Refuses connections, and ends those that are open, until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Ends every connection and removes the images. */
  close(): Promise<void>;
}

export interface SeedOptions {
  readonly size: number;
  readonly name?: string;
  /** Further attributes, such as `visibility` or `id`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Tokens of `testTokens()`. */
export const OWNER = 'token-of-owner';
export const READER = 'token-of-reader';
export const OTHER = 'token-of-other';
export const ADMIN = 'token-of-admin';
export const EXPIRED = 'token-expired';
export const SERVICE = 'token-of-service';

/** Project `demo` owns what `seed` puts in; `other` is a stranger. */
export const testTokens = (): Record<string, Caller> => ({
  [OWNER]: { project: 'demo', roles: ['member'] },
  [READER]: { project: 'demo', roles: ['reader'] },
  [OTHER]: { project: 'other', roles: ['member'] },
  [ADMIN]: { project: 'admin', roles: ['admin'] },
  [EXPIRED]: { project: 'demo', roles: ['member'], expired: true },
  [SERVICE]: { project: 'service', roles: ['service'] },
});

export async function createTroubleOrigin({
  region = 'RegionOne',
  tokens = testTokens(),
  ranges = 'yes',
  link,
  connection,
}: TroubleOriginOptions = {}): Promise<TroubleOrigin> {
  const folder = await mkdtemp(join(tmpdir(), 'trouble-origin-'));
  const clock = systemClock;
  const glance = createEmbeddedGlance({ folder, region, tokens, clock, ids: randomIds, ranges });
  const ledger = createLedger();
  const rules = createRules();
  const shared = link === undefined ? [] : [wire(link)];
  const connections = new WeakMap<Socket, { number: number; links: readonly Link[] }>();
  let connectionCount = 0;

  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('connection', (socket: Socket) => {
    connectionCount += 1;
    const own = connection === undefined ? [] : [wire(connection)];
    connections.set(socket, { number: connectionCount, links: [...shared, ...own] });
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { number = 0, links = [] } = connections.get(incoming.socket) ?? {};
    const entry = ledger.enter({
      connection: number,
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers: headerList(incoming),
      range: incoming.headers.range ?? null,
    });
    outgoing.once('close', () => entry.end(outgoing.writableFinished ? 'whole' : 'gone'));
    await answerEntry(incoming, outgoing, entry, links);
  }

  async function answerEntry(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    entry: LedgerEntry,
    links: readonly Link[],
  ): Promise<void> {
    const strokes = rules.strokes(entry.call);
    const hold = async (what: 'request' | 'answer'): Promise<void> => {
      for (const { trouble, strike } of ofKind(strokes, 'hold')) {
        if (trouble.what !== what) continue;
        strike();
        await trouble.until;
      }
    };
    await hold('request');
    const [hangUp] = ofKind(strokes, 'hang-up');
    if (hangUp !== undefined) {
      entry.end('cut');
      outgoing.destroy();
      hangUp.strike();
      return;
    }
    const [instead] = ofKind(strokes, 'answer');
    instead?.strike();
    const response = instead ? madeUp(instead.trouble) : await glance.fetch(requestFrom(incoming));
    await hold('answer');
    await writeTroubledAnswer(outgoing, response, strokes, entry, links);
  }

  const url = await listening(server, 0);
  return {
    url,
    glance,
    tokens,
    ledger,
    trouble: rules.add,
    seed: async ({ size, name = 'noise', attributes = {} }) => {
      const data = Buffer.concat([...noise(`${region} ${name}`, size)]);
      return { ...(await seedImage(glance, OWNER, { name, data: [data], attributes })), data };
    },
    refuse: () => closed(server),
    accept: async () => void (await listening(server, Number(new URL(url).port))),
    close: async () => {
      await closed(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const wire = ({ bytesPerSecond, delayMs = 0 }: Wire): Link =>
  createLink({ bytesPerSecond, delayMs, clock: systemClock, timers: systemTimers });

function madeUp(answer: {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}): Response {
  const { status, headers = {}, body = '' } = answer;
  const bytes = new TextEncoder().encode(body);
  const isEmpty = bytes.length === 0;
  return new Response(isEmpty ? null : bytes, {
    status,
    headers: { 'Content-Length': String(bytes.length), ...headers },
  });
}

function headerList({ rawHeaders }: IncomingMessage): HeaderList {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
}
