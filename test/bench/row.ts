// What a row of the benchmark is: it opens what it needs, lets the sides take turns, and hands back
// rounds of figures with the comparisons that are made of them.
import type { Children } from './measure/children.ts';
import type { Comparison } from './measure/comparison.ts';
import type { StallLog } from './measure/stalls.ts';

export interface Row {
  /** What `--rows` calls it. */
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<RowResult>;
}

/** What every row is lent. */
export interface Bench {
  readonly scale: Scale;
  /** A folder of this run; each row makes its own below it. */
  readonly folder: string;
  /** Folder for files that no disk may slow down (tmpfs where the machine has one). */
  readonly fastFolder: string;
  readonly children: Children;
  readonly stalls: StallLog;
  /** Progress for whoever watches. */
  say(text: string): void;
}

/** How much of everything; `--quick` and the options make it smaller. */
export interface Scale {
  readonly pairs: number;
  /** Image of the warm downloads by one client, in MiB. */
  readonly warmMib: number;
  /** The same for each of 32 clients: all together stay within a few GiB. */
  readonly sharedMib: number;
  readonly coldMib: number;
  /** Image behind the link that is slow for each connection. */
  readonly slowMib: number;
  /** How long a measurement of requests a second takes. */
  readonly seconds: number;
  readonly memorySeconds: number;
  /** Sizes of the disk index, in entries. */
  readonly entries: readonly number[];
}

export type RowResult =
  | {
      readonly kind: 'measured';
      /** How it was done, for readers of the report. */
      readonly how: string;
      readonly comparisons: readonly Comparison[];
      readonly facts: readonly Fact[];
      /** Rounds that were left out, and why. */
      readonly discarded: readonly string[];
    }
  /** This machine or this program has not got what it needs. */
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** A figure that is held against a bound instead of a peer. */
export interface Fact {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Null when it is only told. */
  readonly atMost: number | null;
}

export const MIB: number = 1024 * 1024;
export const GIB: number = 1024 * MIB;
