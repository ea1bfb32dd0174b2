// One run of image data from the origin, in order and without gaps, whatever happens to connections:
// resumed by range where the origin can, else by reading on from the start and discarding.
import { GatewayFailure } from '../core/failure.ts';
import { type HeaderList, headerValue } from '../core/headers.ts';
import type { ImageId } from '../core/image-id.ts';
import type { Call } from '../ports/call.ts';
import type { Origin, OriginAnswer, OriginBody } from '../ports/origin.ts';
import type { Blocks, Timers } from '../ports/runtime.ts';
import { discardBody } from './origin-body.ts';
import type { RangeAbilities } from './range-ability.ts';

/** Where the data comes from, and in whose name. */
export interface DataSource {
  readonly region: string;
  readonly imageId: ImageId;
  readonly size: number;
  readonly stores: string;
  readonly call: Call;
  /** Headers of somebody who may download the image; null when nobody is left who may. */
  credentials(): HeaderList | null;
  /** The origin refused these. */
  refused(credentials: HeaderList): void;
  /** Told of every request that is sent, and of every resumption. */
  attempted(answer: OriginAnswer): void;
  resumed(position: number, code: string): void;
  /** Told of all image data that came from the origin, discarded bytes among it. */
  received(bytes: number): void;
}

/** Bytes `from` up to, not including, `to`; `to` may be moved while the run is under way. */
export interface ByteRun {
  readonly from: number;
  to: number;
}

export interface RunReaderOptions {
  readonly origin: Origin;
  readonly timers: Timers;
  readonly abilities: RangeAbilities;
  /** Takes back the memory of what the origin has sent. */
  readonly pieces: Pick<Blocks, 'release'>;
}

/** Bytes that it yields may be overwritten as soon as it is asked for more. */
export type ReadRun = (
  source: DataSource,
  run: ByteRun,
  /** Called when it shows that the origin has no ranges: may extend the run, or call it off. */
  onSequential: (run: ByteRun) => void,
) => AsyncGenerator<Uint8Array, void>;

/** Attempts in a row that bring nothing new before a run fails. */
const MAX_BARREN = 4;
/** Pause before an attempt: 100 ms, doubled each time: under a second in all. */
const PAUSE_MS = 100;

export function createRunReader({ origin, timers, abilities, pieces }: RunReaderOptions): ReadRun {
  return async function* readRun(source, run, onSequential) {
    let at = run.from;
    let barren = 0;
    while (at < run.to) {
      let body: OriginBody | null = null;
      try {
        const opened = await open(source, run, at, onSequential);
        if (opened === null) return;
        body = opened.body;
        let position = opened.startsAt;
        for (let piece = await body.read(); piece !== null; piece = await body.read()) {
          source.received(piece.length);
          const base = position;
          position += piece.length;
          if (position > opened.endsAt) throw mismatch('The origin sent more data than it has.');
          // The run may be extended while its last bytes are out: the rest of the piece is then in it.
          while (at < Math.min(position, run.to)) {
            const fresh = piece.subarray(at - base, run.to - base);
            at += fresh.length;
            barren = 0;
            yield fresh;
          }
          pieces.release(piece);
          // A body that goes on is cancelled; one that ends here is read out, for its connection.
          if (at >= run.to && position < opened.endsAt) break;
        }
        if (position < opened.endsAt && at < run.to) {
          throw new GatewayFailure('origin-cut', 'The origin ended the data early.');
        }
      } catch (thrown) {
        barren += 1;
        if (!resumable(thrown) || barren >= MAX_BARREN) throw thrown;
        source.resumed(at, thrown.code);
        await pause(PAUSE_MS * 2 ** (barren - 1), source.call.signal);
      } finally {
        body?.cancel();
      }
    }
  };

  /** A body that begins at `at`, or at 0 without ranges; null when the run was called off. */
  async function open(
    source: DataSource,
    run: ByteRun,
    at: number,
    onSequential: (run: ByteRun) => void,
  ): Promise<{ body: OriginBody; startsAt: number; endsAt: number } | null> {
    while (at < run.to) {
      const credentials = source.credentials();
      if (credentials === null) throw refusal(source, 403);
      const ranged = abilities.of(source.region, source.stores) !== 'no';
      const end = run.to;
      const range = ranged ? [['Range', `bytes=${at}-${end - 1}`] as const] : [];
      const answer = await origin.send(source.call, {
        region: source.region,
        endpoint: null,
        method: 'GET',
        target: `/v2/images/${source.imageId}/file`,
        headers: [...credentials, ...range],
        body: null,
      });
      source.attempted(answer);
      if (ranged && answer.status === 206) {
        if (!startsAt(answer, at, source.size)) {
          answer.body.cancel();
          throw mismatch('The origin sent another range than it was asked for.');
        }
        abilities.learn(source.region, source.stores, 'yes');
        return { body: answer.body, startsAt: at, endsAt: end };
      }
      if (answer.status === 200) {
        const length = headerValue(answer.headers, 'content-length');
        if (length !== null && Number(length) !== source.size) {
          answer.body.cancel();
          throw mismatch('The origin announced data of another size than the record says.');
        }
        if (ranged) sequential();
        if (at >= run.to) {
          answer.body.cancel();
          return null;
        }
        return { body: answer.body, startsAt: 0, endsAt: source.size };
      }
      await discardBody(answer.body);
      if (ranged && answer.status === 400) sequential();
      else if ([401, 403, 404, 410].includes(answer.status)) source.refused(credentials);
      else throw refusal(source, answer.status);
    }
    return null;

    function sequential(): void {
      abilities.learn(source.region, source.stores, 'no');
      onSequential(run);
    }
  }

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel();
        reject(new GatewayFailure('client-gone', 'Nobody waits for the data any more.'));
      };
      const cancel = timers.after(ms, () => {
        signal.removeEventListener('abort', leave);
        resolve();
      });
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }
}

/** What a new attempt may mend: not a body that contradicts the record, not a leaving client. */
function resumable(thrown: unknown): thrown is GatewayFailure {
  return (
    thrown instanceof GatewayFailure &&
    ['origin-cut', 'origin-timeout', 'origin-unreachable'].includes(thrown.code)
  );
}

function startsAt(answer: OriginAnswer, at: number, size: number): boolean {
  const parts = /^bytes (\d+)-\d+\/(\d+)$/.exec(headerValue(answer.headers, 'content-range') ?? '');
  return parts !== null && Number(parts[1]) === at && Number(parts[2]) === size;
}

function mismatch(message: string): GatewayFailure {
  return new GatewayFailure('data-mismatch', message);
}

/** 408, 429 and 5xx may pass; anything else will be answered the same again. */
function refusal(source: DataSource, status: number): GatewayFailure {
  const passing = status === 408 || status === 429 || status >= 500;
  return new GatewayFailure(
    passing ? 'origin-unreachable' : 'origin-refused',
    `The origin answered ${status} to the request for the data of image ${source.imageId}.`,
  );
}
