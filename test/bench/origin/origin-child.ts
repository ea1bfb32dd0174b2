// A Glance in a process of its own: the embedded one, behind a link that all connections share,
// that each has to itself, or none. Ends with its parent.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { randomIds, systemClock, systemTimers } from '../../../src/adapters/node/runtime.ts';
import { noise } from '../../../src/demo/noise.ts';
import { createEmbeddedGlance } from '../../../src/demo/origin/embedded-glance.ts';
import { createLink, type Link, OPEN_LINK } from '../../../src/demo/origin/link.ts';
import { listening } from '../../../src/demo/origin/listen.ts';
import { requestFrom, writeHead, writePiece } from '../../../src/demo/origin/node-exchange.ts';
import { seedImage } from '../../../src/demo/seed-image.ts';
import { answerParent, tellParent } from '../measure/conversation.ts';
import { MIB } from '../row.ts';
import { type BenchImage, type OriginOptions, type OriginQuestion, TOKEN } from './origin.ts';

const [folder = '', text = '{}'] = process.argv.slice(2);
const { mibPerSecond, delayMs = 0, each = false }: OriginOptions = JSON.parse(text);
const glance = createEmbeddedGlance({
  folder,
  region: 'RegionOne',
  tokens: { [TOKEN]: { project: 'bench', roles: ['member'] } },
  clock: systemClock,
  ids: randomIds,
});
const shared = wire();
const own = new WeakMap<Socket, Link>();
let imageBytes = 0;

const server = createServer((incoming, outgoing) => {
  void exchange(incoming, outgoing).catch(() => outgoing.destroy());
});
server.on('connection', (socket) => own.set(socket, each ? wire() : shared));
const url = await listening(server, 0);
answerParent(answer);
tellParent(url);

async function answer(question: OriginQuestion): Promise<unknown> {
  if (question.ask === 'sent') return imageBytes;
  if (question.ask === 'seed') return seed(question.name, question.mib * MIB);
  const target = `http://embedded.invalid/v2/images/${question.id}`;
  const headers = { 'X-Auth-Token': TOKEN };
  const { status } = await glance.fetch(new Request(target, { method: 'DELETE', headers }));
  return status;
}

async function seed(name: string, size: number): Promise<BenchImage> {
  const hash = createHash('sha256');
  function* hashed(): Generator<Uint8Array> {
    for (const piece of noise(name, size)) {
      hash.update(piece);
      yield piece;
    }
  }
  const { id } = await seedImage(glance, TOKEN, { name, data: hashed() });
  return { id, name, size, sha256: hash.digest('hex') };
}

function wire(): Link {
  if (mibPerSecond === undefined) return OPEN_LINK;
  const bytesPerSecond = mibPerSecond * MIB;
  return createLink({ bytesPerSecond, delayMs, clock: systemClock, timers: systemTimers });
}

async function exchange(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const link = own.get(incoming.socket) ?? shared;
  const response = await glance.fetch(requestFrom(incoming));
  await link.delay();
  writeHead(outgoing, response);
  const isImage = response.headers.get('content-type') === 'application/octet-stream';
  for await (const piece of response.body ?? []) {
    for (let at = 0; at < piece.length; at += link.grainBytes) {
      const part = piece.subarray(at, Math.min(piece.length, at + link.grainBytes));
      await link.carry(part.length);
      if (!(await writePiece(outgoing, part))) return;
      if (isImage) imageBytes += part.length;
    }
  }
  outgoing.end();
}
