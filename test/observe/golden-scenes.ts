// One scene for each way in which a call can go: what a client does to a real gateway in front of a
// real origin. The traces of the replies are what is told of it.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, cacheStatus, type Reply, startAsking } from '../scenario/stage/client.ts';
import { type Edge, filePath, recordPath } from '../scenario/stage/edge.ts';
import {
  eventually,
  KIB,
  metric,
  openEdgeOf,
  openOrigin,
  openScene,
  type Scene,
  type SceneOptions,
  type SeededData,
  settled,
} from '../scenario/stage/scene.ts';
import { createGate } from '../support/gate.ts';
import { isDownload, isProbe, isRecord } from '../support/ledger.ts';
import { OTHER, type TroubleOrigin } from '../support/trouble-origin.ts';

/** The gateway, and the ids of the traces to be looked at. */
export interface Played {
  readonly edge: Edge;
  readonly traceIds: readonly string[];
}

/** One chunk: what comes from where does not depend on who is faster. */
const ONE_CHUNK = { size: 48 * KIB };
const ONE_LANE: SceneOptions = { limits: { fill_lanes: 1 } };
const DISK_LOOKUPS = /^glance_edge_tier_lookups_total\{tier="disk"/;
const KEEPING: SceneOptions = { ...ONE_LANE, cache: { metadata_ttl: '1h' } };

export const SCENES: Readonly<Record<string, () => Promise<Played>>> = {
  'cold-fill': async () => {
    const { edge, image } = await cold();
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'hit-memory': async () => {
    const { edge, image } = await warm();
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'hit-disk': async () => {
    const { edge, image } = await warm();
    await restarted(edge);
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'hit-range': async () => {
    const { edge, image } = await warm();
    const headers = { Range: 'bytes=100-199' };
    return played(edge, await ask(edge.url + filePath(image), { headers }));
  },
  'chunk-gone-from-disk': async () => {
    const { edge, image } = await warm();
    await restarted(edge, removeChunk);
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'fill-pushes-out-others': async () => {
    const { edge, origin, image } = await cold({ ...ONE_LANE, cache: { memory: '256KiB' } });
    for (const size of [47, 46, 45, 44, 43]) {
      await ask(edge.url + filePath(await origin.seed({ size: size * KIB })));
      await settled(edge);
    }
    return played(edge, await ask(edge.url + filePath(image)));
  },
  follower: async () => {
    const { edge, origin, image } = await cold();
    const gate = createGate();
    origin.trouble({ on: isDownload, trouble: { kind: 'stall', at: 10, until: gate.opened } });
    const first = startAsking(edge.url + filePath(image));
    await origin.ledger.until((ledger) => ledger.count(isDownload) === 1);
    const second = startAsking(edge.url + filePath(image));
    await eventually(async () => (await readersOf(edge)) === 2);
    gate.open();
    return played(edge, await first.reply, await second.reply);
  },
  'cut-and-resumed': async () => {
    const { edge, origin, image } = await cold();
    origin.trouble({ on: isDownload, trouble: { kind: 'cut', at: 32 * KIB }, times: 1 });
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'data-mismatch': async () => {
    const { edge, origin, image } = await cold();
    origin.trouble({ on: isDownload, trouble: { kind: 'flip', at: 5 } });
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'client-gone': async () => {
    const { edge, origin, image } = await cold();
    const gate = createGate();
    const trouble = { kind: 'stall', at: 10, until: gate.opened } as const;
    const stalled = origin.trouble({ on: isDownload, trouble });
    const traceId = 'c'.repeat(32);
    const headers = { traceparent: `00-${traceId}-${'d'.repeat(16)}-01` };
    const transfer = startAsking(edge.url + filePath(image), { headers });
    await stalled.struck;
    transfer.leave();
    await settled(edge);
    gate.open();
    return { edge, traceIds: [traceId] };
  },
  'download-refused': async () => {
    const { edge, image } = await warm();
    return played(edge, await ask(edge.url + filePath(image), { token: OTHER }));
  },
  'bypass-bad-range': async () => {
    const { edge, image } = await warm();
    const headers = { Range: 'bytes=0-1,4-5' };
    return played(edge, await ask(edge.url + filePath(image), { headers }));
  },
  'bypass-no-store': async () => {
    const { edge, image } = await warm();
    const headers = { 'Cache-Control': 'no-store' };
    return played(edge, await ask(edge.url + filePath(image), { headers }));
  },
  'bypass-undecided': async () => {
    const { edge, origin, image } = await warm();
    origin.trouble({ on: isProbe, trouble: { kind: 'answer', status: 500 } });
    return played(edge, await ask(edge.url + filePath(image)));
  },
  'record-miss-and-hit': async () => {
    const { edge, image } = await cold(KEEPING);
    const miss = await ask(edge.url + recordPath(image));
    return played(edge, miss, await ask(edge.url + recordPath(image)));
  },
  'record-collapsed': async () => {
    const { edge, origin, image } = await cold(KEEPING);
    const gate = createGate();
    const trouble = { kind: 'hold', what: 'answer', until: gate.opened } as const;
    const held = origin.trouble({ on: isRecord, trouble });
    const first = startAsking(edge.url + recordPath(image));
    await held.struck;
    const second = startAsking(edge.url + recordPath(image));
    // The record's and its epoch's for the first, the record's for the second: the next thing is to join.
    await eventually(async () => (await metric(edge, DISK_LOOKUPS)) === 3);
    gate.open();
    return played(edge, await first.reply, await second.reply);
  },
  'record-stale': async () => {
    const cache = { metadata_ttl: '1ms', stale_if_error: '1h' };
    const { edge, origin, image } = await cold({ ...ONE_LANE, cache, tiers: [] });
    await ask(edge.url + recordPath(image));
    await origin.refuse();
    let reply = await ask(edge.url + recordPath(image));
    await eventually(async () => {
      reply = await ask(edge.url + recordPath(image));
      return cacheStatus(reply).includes('ttl=');
    });
    return played(edge, reply);
  },
  'record-refused': async () => {
    const { edge, image } = await cold();
    return played(edge, await ask(edge.url + recordPath(image), { token: OTHER }));
  },
  list: async () => {
    const { edge } = await cold();
    return played(edge, await ask(`${edge.url}/v2/images`));
  },
  versions: async () => {
    const { edge } = await cold();
    return played(edge, await ask(edge.url));
  },
  'relayed-read': async () => {
    const { edge } = await cold();
    return played(edge, await ask(`${edge.url}/v2/schemas/image`));
  },
  write: async () => {
    const { edge, image } = await cold();
    const method = 'PUT';
    return played(edge, await ask(`${edge.url}${recordPath(image)}/tags/new`, { method }));
  },
  upload: async () => {
    const { edge } = await cold();
    const made = await ask(`${edge.url}/v2/images`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'new', disk_format: 'raw', container_format: 'bare' }),
    });
    const image = JSON.parse(made.body.toString()) as { id: string };
    const headers = { 'Content-Type': 'application/octet-stream' };
    const data = { method: 'PUT', headers, body: 'x'.repeat(1000) };
    return played(edge, made, await ask(edge.url + filePath(image), data));
  },
  'strange-method': async () => {
    const { edge, image } = await cold();
    return played(edge, await ask(edge.url + recordPath(image), { method: 'PROPFIND' }));
  },
  'region-by-path': async () => {
    const { edge } = await cold();
    return played(edge, await ask(`${edge.url}/regions/RegionOne/v2/images`));
  },
  'region-by-image-uri': async () => {
    const { edge, origin, image } = await cold(KEEPING);
    const uri = encodeURIComponent(origin.url + recordPath(image));
    return played(edge, await ask(`${edge.url}/v2/images/${uri}`));
  },
  'unknown-region': async () => {
    const { edge } = await cold();
    return played(edge, await ask(`${edge.url}/regions/Nowhere/v2/images`));
  },
  'origin-away': async () => {
    const { edge, origin, image } = await cold();
    await origin.refuse();
    return played(edge, await ask(edge.url + recordPath(image)));
  },
  failover: async () => {
    const [good, dead] = [await openOrigin(), await openOrigin()];
    await dead.refuse();
    const regions = { RegionOne: { endpoints: [good.url, dead.url] } };
    const edge = await openEdgeOf({ regions: { RegionOne: good }, ...ONE_LANE, rest: { regions } });
    // The endpoints take turns, in an order that chance decides: one of the first two meets the dead one.
    const replies = [await ask(`${edge.url}/v2/images`), await ask(`${edge.url}/v2/images`)];
    const failovers = await Promise.all(replies.map((reply) => failedOver(edge, reply)));
    return played(edge, ...replies.filter((_, at) => failovers[at]));
  },
};

async function cold(options: SceneOptions = ONE_LANE): Promise<Scene & { image: SeededData }> {
  const scene = await openScene(options);
  return { ...scene, image: await scene.origin.seed(ONE_CHUNK) };
}

async function warm(): Promise<{ edge: Edge; origin: TroubleOrigin; image: SeededData }> {
  const scene = await cold();
  await ask(scene.edge.url + filePath(scene.image));
  await settled(scene.edge);
  return scene;
}

function played(edge: Edge, ...replies: readonly Reply[]): Played {
  return { edge, traceIds: replies.map((reply) => String(reply.headers['x-trace-id'])) };
}

/** With an empty memory, and whatever else is done to the disk. */
async function restarted(edge: Edge, meanwhile?: (path: string) => Promise<void>): Promise<void> {
  await edge.stop();
  await meanwhile?.(edge.diskPath);
  await edge.start();
}

/** The largest file is the only chunk; what proves it stays. */
async function removeChunk(diskPath: string): Promise<void> {
  const names = await readdir(diskPath, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ({ name, size: (await stat(join(diskPath, name))).size })),
  );
  const [largest] = files.sort((a, b) => b.size - a.size);
  await rm(join(diskPath, largest?.name ?? ''));
}

interface Overview {
  readonly fills: readonly { readonly readers: number }[];
}

async function readersOf(edge: Edge): Promise<number> {
  const { fills } = await told<Overview>(edge, '/api/overview');
  return fills[0]?.readers ?? 0;
}

async function failedOver(edge: Edge, reply: Reply): Promise<boolean> {
  const id = String(reply.headers['x-trace-id']);
  const trace = await told<{ tree: readonly { events: readonly object[] }[] }>(
    edge,
    `/api/traces/${id}`,
  );
  return trace.tree.some(({ events }) => events.length > 0);
}

async function told<Answer>(edge: Edge, path: string): Promise<Answer> {
  const { body } = await ask(edge.admin + path, { token: null });
  return JSON.parse(body.toString()) as Answer;
}
