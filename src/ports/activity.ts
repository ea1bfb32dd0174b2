// What the gateway has done lately, added up for people: the numbers of the overview and of an
// image's history. Read by the admin face; counted beside the calls, never in their way.
import type { FailureCode } from '../core/failure.ts';
import type { ByteSource } from './call-observer.ts';

/** Image data that clients were sent, in bytes, by where it came from. */
export type ImageBytes = Readonly<Record<ByteSource, number>>;

/**
 * Sums over one minute, or over the life of the program.
 *
 * A call counts in the minute in which it ended; what it sent then counts in the minutes that it
 * lasted, in equal parts. `fetchedBytes` count in the minute in which they came. The local share of the
 * bytes is 1 - `fetchedBytes` / (sum of `imageBytes`); while a fill is ahead of its readers, or they
 * have not ended, that is below 0.
 */
export interface Minute {
  /** Its start; for sums since the start of the program, that start. Epoch milliseconds. */
  readonly time: number;
  readonly calls: number;
  /** Calls answered with a status of 500 or more, or cut off because they could not be made whole. */
  readonly errors: number;
  /** By `Cache-Status`: answered from the cache. */
  readonly hits: number;
  /** Forwarded though the cache might have answered; also those that joined another call's fill. */
  readonly misses: number;
  /** Forwarded because the cache has no part in such calls: `bypass` and `method`. */
  readonly bypasses: number;
  /** Body bytes of all answers. */
  readonly bytesSent: number;
  readonly imageBytes: ImageBytes;
  /** Image data that origins sent, by fills and by relays, in bytes: the traffic over the WAN. */
  readonly fetchedBytes: number;
  /** From the head of the request to the last byte; 0 without calls. p50 and p95 within 5 %. */
  readonly durationMs: { readonly p50: number; readonly p95: number; readonly max: number };
}

/** A region and how its endpoints answer. */
export interface RegionHealth {
  readonly name: string;
  readonly isDefault: boolean;
  /** In the order of the configuration. */
  readonly endpoints: readonly EndpointHealth[];
}

export interface EndpointHealth {
  /** Without credentials. */
  readonly url: string;
  /** By the last request: nothing was asked yet, it was answered, or it was not. */
  readonly state: 'untried' | 'up' | 'failing';
  /** Requests answered, whatever the status, and requests that were not. */
  readonly answers: number;
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly lastAnswerAt: number | null;
  readonly lastFailure: { readonly code: FailureCode; readonly at: number } | null;
  /** Moving average of the time to the head of the answer, in milliseconds. */
  readonly latencyMs: number | null;
}

/** A fill under way. */
export interface RunningFill {
  readonly region: string;
  readonly imageId: string;
  /** `whole`: the image was not cached. `repair`: single chunks of it had gone. */
  readonly kind: 'whole' | 'repair';
  /** Bytes of the image. */
  readonly size: number;
  /** Bytes of it that the fill has brought; a repair ends before it reaches `size`. */
  readonly filledBytes: number;
  /** Calls that read from it now. */
  readonly readers: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Over its whole time so far. */
  readonly bytesPerSecond: number;
  /** Milliseconds to its end at that rate; null when nothing came yet, and for repairs. */
  readonly etaMs: number | null;
  /** Its span. */
  readonly traceId: string;
  readonly spanId: string;
}

/** What became of one image in one region since the program began to hear of it. */
export interface ImageActivity {
  readonly region: string;
  readonly imageId: string;
  /** Calls for its data that sent some of it. */
  readonly downloads: number;
  /** Fills that have ended, and those of them that failed; abandoned ones are no failures. */
  readonly fills: number;
  readonly failedFills: number;
  /** Body bytes of all calls about the image. */
  readonly bytesSent: number;
  readonly imageBytes: ImageBytes;
  /** Bytes of its data that origins sent. */
  readonly fetchedBytes: number;
  /** Epoch milliseconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface Activity {
  /** At most 60, none left out: oldest first, the current one last. */
  minutes(): readonly Minute[];
  /** Since the start of the program. */
  totals(): Minute;
  /** In the order of the configuration. */
  regions(): readonly RegionHealth[];
  /** Oldest first. */
  fills(): readonly RunningFill[];
  /** Those that are remembered, most downloaded first. */
  images(limit: number): readonly ImageActivity[];
  /** One for each region that knows the image, or for that region. */
  image(imageId: string, region?: string): readonly ImageActivity[];
}
