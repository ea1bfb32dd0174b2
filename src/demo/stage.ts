// Everything that the demo runs: two origins with an image each, and the gateway in front of them.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds, systemClock, systemTimers } from '../adapters/node/runtime.ts';
import { startGateway } from '../entry/node.ts';
import { demoConfig } from './demo-config.ts';
import { noise } from './noise.ts';
import type { TokenTable } from './origin/access.ts';
import { createEmbeddedGlance, type EmbeddedGlance } from './origin/embedded-glance.ts';
import { createLink } from './origin/link.ts';
import { type ListeningGlance, listenEmbeddedGlance } from './origin/listen.ts';
import { type SeededImage, seededImage, seedImage } from './seed-image.ts';

export interface DemoRegion extends ListeningGlance {
  readonly image: SeededImage;
}

export interface Stage {
  readonly one: DemoRegion;
  readonly two: DemoRegion;
  readonly gateway: { readonly apiUrl: string; readonly adminUrl: string };
  readonly folder: string;
  /** Ends everything, last started first, and removes a temporary folder. */
  close(): Promise<void>;
}

/** Whose images they are. */
export const DEMO_TOKEN = 'demo-token';
/** A stranger's. */
export const OTHER_TOKEN = 'other-token';

const TOKENS: TokenTable = {
  [DEMO_TOKEN]: { project: 'demo', roles: ['member'] },
  [OTHER_TOKEN]: { project: 'other', roles: ['member'] },
};

/** What the artificial WAN carries, and how long an answer takes before its first byte. */
export const WAN = { bytesPerSecond: 40 * 1024 * 1024, delayMs: 20 };

export async function setStage(options: {
  readonly sizeBytes: number;
  readonly folder: string | null;
}): Promise<Stage> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
    ends.length = 0;
  };
  try {
    const folder = await demoFolder(options.folder, ends);
    const start = async (region: string): Promise<DemoRegion> => {
      const started = await startRegion(region, join(folder, region), options.sizeBytes);
      ends.push(() => started.close());
      return started;
    };
    const one = await start('RegionOne');
    const two = await start('RegionTwo');
    // A cold download needs a cold cache, also where images are kept from an earlier run.
    const cache = join(folder, 'glance-edge-demo-cache');
    await rm(cache, { recursive: true, force: true });
    const gateway = await startGateway(demoConfig({ one: one.url, two: two.url, cache }));
    ends.push(() => gateway.close());
    return { one, two, gateway, folder, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function demoFolder(wanted: string | null, ends: (() => Promise<void>)[]): Promise<string> {
  if (wanted !== null) {
    await mkdir(wanted, { recursive: true });
    return wanted;
  }
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-demo-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startRegion(region: string, folder: string, sizeBytes: number): Promise<DemoRegion> {
  const glance = createEmbeddedGlance({
    folder,
    region,
    tokens: TOKENS,
    clock: systemClock,
    ids: randomIds,
  });
  const image = await demoImage(glance, region, sizeBytes);
  const link = createLink({ ...WAN, clock: systemClock, timers: systemTimers });
  const listener = await listenEmbeddedGlance(glance, { link });
  return { ...listener, image };
}

/** The region's image, made unless an earlier run has left it. */
async function demoImage(
  glance: EmbeddedGlance,
  region: string,
  size: number,
): Promise<SeededImage> {
  const name = `demo-${region}-${size}`;
  const kept = await seededImage(glance, DEMO_TOKEN, name);
  return kept ?? seedImage(glance, DEMO_TOKEN, { name, data: noise(name, size) });
}
