// The Glance that everybody in a row has behind them.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, nextMessage } from '../measure/conversation.ts';
import type { Bench } from '../row.ts';

export const TOKEN = 'bench-token';

/** Without a speed the link is as fast as the machine. */
export interface OriginOptions {
  readonly mibPerSecond?: number;
  /** Before each answer. */
  readonly delayMs?: number;
  /** Whether the speed is for each connection, not for all together. */
  readonly each?: boolean;
}

export interface BenchImage {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

export type OriginQuestion =
  | { readonly ask: 'sent' }
  | { readonly ask: 'seed'; readonly name: string; readonly mib: number }
  | { readonly ask: 'forget'; readonly id: string };

export interface BenchOrigin extends AsyncDisposable {
  readonly url: string;
  /** An image of noise that follows from its name. */
  seed(name: string, mib: number): Promise<BenchImage>;
  forget(image: BenchImage): Promise<void>;
  /** Bytes of image data that went out so far. */
  imageBytesSent(): Promise<number>;
}

export const filePath = (image: BenchImage): string => `/v2/images/${image.id}/file`;
export const recordPath = (image: BenchImage): string => `/v2/images/${image.id}`;

export async function openOrigin(bench: Bench, options: OriginOptions = {}): Promise<BenchOrigin> {
  const folder = await mkdtemp(join(bench.folder, 'origin-'));
  const module = join(import.meta.dirname, 'origin-child.ts');
  const child = bench.children.fork(module, [folder, JSON.stringify(options)]);
  const url = await nextMessage<string>(child);
  const asked = <T>(question: OriginQuestion): Promise<T> => ask<T>(child, question);
  return {
    url,
    seed: (name, mib) => asked({ ask: 'seed', name, mib }),
    forget: async ({ id }) => {
      await asked({ ask: 'forget', id });
    },
    imageBytesSent: () => asked({ ask: 'sent' }),
    async [Symbol.asyncDispose]() {
      await bench.children.end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
