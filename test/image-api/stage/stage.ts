// An ImageApi in front of an embedded Glance on a socket, whose retries wait for nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ImageApi, type ImageApiOptions, type ImageContext } from '../../../src/index.ts';
import {
  createTroubleOrigin,
  OWNER,
  type TroubleOrigin,
  type TroubleOriginOptions,
} from '../../support/trouble-origin.ts';

/** The owner of the seeded images. */
export const AS_OWNER: ImageContext = { authToken: OWNER };

export interface Stage {
  readonly origin: TroubleOrigin;
  readonly api: ImageApi;
  /** Milliseconds that each pause between attempts would have taken. */
  readonly pauses: readonly number[];
}

export type StageOptions = Partial<ImageApiOptions> & { readonly origin?: TroubleOriginOptions };

/** For the length of a test. */
export async function openStage({ origin: wanted, ...options }: StageOptions = {}): Promise<Stage> {
  const origin = await createTroubleOrigin(wanted);
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const api = openApi({ endpoints: [origin.url], pause, ...options });
  onTestFinished(() => origin.close());
  return { origin, api, pauses };
}

export function openApi(options: ImageApiOptions): ImageApi {
  const api = new ImageApi(options);
  onTestFinished(() => api.close());
  return api;
}

export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-image-api-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What it throws; fails when it does not. */
export async function thrownBy(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
    throw new Error('what was thrown is no error', { cause: thrown });
  }
  throw new Error('nothing was thrown');
}

export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
