// The second download of an image costs the origin no image data: neither at once, nor after a
// restart, nor with its own bytes gone from memory.
import { expect, test } from 'vitest';
import { isDownload } from '../support/ledger.ts';
import { ask, cacheStatus } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { KIB, MIB, openScene, settled, verdict } from './stage/scene.ts';

test('a repeated download comes out of memory', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 3 * MIB + 1 });
  const first = await ask(edge.url + filePath(image));
  expect(verdict(first, image.data)).toBe('right');
  expect(cacheStatus(first)).toBe('glance-edge; fwd=uri-miss; stored');
  await settled(edge);
  await origin.ledger.idle();
  origin.ledger.clear();
  const second = await ask(edge.url + filePath(image));
  expect(verdict(second, image.data)).toBe('right');
  expect(cacheStatus(second)).toBe('glance-edge; hit; detail=memory');
  await origin.ledger.idle();
  expect(origin.ledger.count(isDownload)).toBe(0);
});

test('a repeated download after a restart comes out of the disk', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 3 * MIB + 1 });
  await ask(edge.url + filePath(image));
  await edge.stop();
  await edge.start();
  await origin.ledger.idle();
  origin.ledger.clear();
  const again = await ask(edge.url + filePath(image));
  expect(verdict(again, image.data)).toBe('right');
  expect(cacheStatus(again)).toBe('glance-edge; hit; detail=disk');
  await origin.ledger.idle();
  expect(origin.ledger.count(isDownload)).toBe(0);
});

test('an image that memory is too small for comes out of the disk each time', async () => {
  const { origin, edge } = await openScene({ cache: { memory: '256KiB' } });
  const image = await origin.seed({ size: 3 * MIB });
  await ask(edge.url + filePath(image));
  await settled(edge);
  origin.ledger.clear();
  for (let turn = 0; turn < 3; turn += 1) {
    const again = await ask(edge.url + filePath(image));
    expect(verdict(again, image.data)).toBe('right');
    expect(cacheStatus(again)).toBe('glance-edge; hit; detail=disk');
  }
  await origin.ledger.idle();
  expect(origin.ledger.count(isDownload)).toBe(0);
});

test.each([1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1])(
  'an image of %i bytes is cached as a larger one is',
  async (size) => {
    const { origin, edge } = await openScene();
    const image = await origin.seed({ size });
    expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
    await settled(edge);
    const again = await ask(edge.url + filePath(image));
    expect(verdict(again, image.data)).toBe('right');
    expect(cacheStatus(again)).toBe('glance-edge; hit; detail=memory');
  },
);

test('an empty image is passed on as it is', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 0 });
  const reply = await ask(edge.url + filePath(image));
  expect(verdict(reply, image.data)).toBe('right');
  expect(reply.headers['content-length']).toBe('0');
  expect(cacheStatus(reply)).toBe('glance-edge; fwd=bypass; detail=empty');
});

test('an image that was written anew under the same name is another image', async () => {
  const { origin, edge } = await openScene();
  const [one, two] = [
    await origin.seed({ size: MIB, name: 'one' }),
    await origin.seed({ size: MIB, name: 'two' }),
  ];
  for (const image of [one, two, one, two]) {
    expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  }
});
