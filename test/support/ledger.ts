// What an origin was asked and what it really sent, so that a test can count instead of believing.
import type { HeaderList } from '../../src/core/headers.ts';

/** One call as the origin saw it. */
export interface LedgerCall {
  /** Numbers the connection that it came over, from 1. */
  readonly connection: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly range: string | null;
  readonly headers: HeaderList;
  /** Null until the head of the answer has gone out. */
  readonly status: number | null;
  /** Body bytes that the kernel took; the client may have read fewer. */
  readonly bodyBytes: number;
  /** `cut`: the origin broke off on purpose; `gone`: the client did. */
  readonly end: 'open' | 'whole' | 'cut' | 'gone';
}

/** Which calls are meant. */
export type CallFilter = (call: LedgerCall) => boolean;

/**
 * The calls so far. An answer may reach its client a moment before the origin learns that it has
 * gone out: wait for `idle` or `until` before you count bytes or read how a call ended.
 */
export interface Ledger {
  /** In order of arrival. */
  readonly calls: readonly LedgerCall[];
  count(filter: CallFilter): number;
  /** Bytes of image data sent, over all calls. */
  imageBytes(): number;
  /** Resolves as soon as the condition holds; looked at after every change. */
  until(condition: (ledger: Ledger) => boolean): Promise<void>;
  /** Resolves as soon as no call is under way. */
  idle(): Promise<void>;
  /** Forgets the calls so far. */
  clear(): void;
}

const DATA_PATH = /^[^?]*\/v2\/images\/[^/?]+\/file(\?|$)/;

/** The start of the range that the gateway asks with to learn whether a caller may download. */
const PROBE = /^bytes=9007199254740991-$/;

export const isProbe: CallFilter = ({ method, target, range }) =>
  method === 'GET' && DATA_PATH.test(target) && range !== null && PROBE.test(range);

/** Asks for image data, all or a part of it. */
export const isDownload: CallFilter = (call) =>
  call.method === 'GET' && DATA_PATH.test(call.target) && !isProbe(call);

/** Asks for an image's record. */
export const isRecord: CallFilter = ({ method, target }) =>
  method === 'GET' && /^[^?]*\/v2\/images\/[^/?]+(\?|$)/.test(target);

export const isAnyCall: CallFilter = () => true;

/** The ledger's own end of a call. */
export interface LedgerEntry {
  readonly call: LedgerCall;
  status(status: number): void;
  sent(bytes: number): void;
  end(end: 'whole' | 'cut' | 'gone'): void;
}

export type NewCall = Pick<LedgerCall, 'connection' | 'method' | 'target' | 'headers' | 'range'>;

export type WritableLedger = Ledger & { enter(call: NewCall): LedgerEntry };

export function createLedger(): WritableLedger {
  let calls: LedgerCall[] = [];
  let waiting: { condition: (ledger: Ledger) => boolean; resolve: () => void }[] = [];

  const changed = (): void => {
    const met = waiting.filter(({ condition }) => condition(ledger));
    waiting = waiting.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  };
  const ledger: WritableLedger = {
    get calls() {
      return calls;
    },
    count: (filter) => calls.filter(filter).length,
    imageBytes: () =>
      calls
        .filter((call) => isDownload(call) && (call.status === 200 || call.status === 206))
        .reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
    until: (condition) =>
      condition(ledger)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ condition, resolve })),
    idle: () => ledger.until(() => calls.every(({ end }) => end !== 'open')),
    clear: () => {
      calls = [];
      changed();
    },
    enter: (arrived) => {
      const call = { ...arrived, status: null as number | null, bodyBytes: 0 };
      const entry = Object.assign(call, { end: 'open' as LedgerCall['end'] });
      calls.push(entry);
      changed();
      return {
        call: entry,
        status: (status) => {
          entry.status = status;
          changed();
        },
        sent: (bytes) => {
          entry.bodyBytes += bytes;
          changed();
        },
        end: (end) => {
          if (entry.end !== 'open') return;
          entry.end = end;
          changed();
        },
      };
    },
  };
  return ledger;
}
