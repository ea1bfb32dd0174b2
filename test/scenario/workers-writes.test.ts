// What is written through one worker is known to the other before the write's answer is: records,
// rights and data go by it at once.
import { expect, test, vi } from 'vitest';
import type { EdgeOptions } from './stage/edge.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { MIB, settled, verdict } from './stage/scene.ts';
import { clientsOfTwo, type WorkerClient } from './stage/worker-clients.ts';
import { openWorkersScene, TIMEOUT_MS } from './stage/workers-scene.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

/** Everything that may be remembered is. */
const REMEMBERING: Partial<EdgeOptions> = {
  cache: { metadata_ttl: '1h', authorization_ttl: '1h' },
};
const PATCH = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };

test('a record that was changed through one worker is never read as it was through the other', async () => {
  const { origin, edge } = await openWorkersScene({}, REMEMBERING);
  const image = await origin.seed({ size: 1 });
  const [one, other] = await clientsOfTwo(edge);
  for (let turn = 0; turn < 30; turn += 1) {
    const [writer, reader] = turn % 2 === 0 ? [one, other] : [other, one];
    expect(await nameOf(reader, image), `turn ${turn}, before`).not.toBe(`turn ${turn}`);
    // Reads are on their way while it is written: none of them may bring the old record back.
    const between = [1, 2, 3].map(() => nameOf(reader, image));
    const body = JSON.stringify([{ op: 'replace', path: '/name', value: `turn ${turn}` }]);
    const written = await writer.ask(recordPath(image), {
      method: 'PATCH',
      headers: PATCH,
      body,
    });
    expect(written.status).toBe(200);
    await Promise.all(between);
    for (const client of [reader, writer]) {
      expect(await nameOf(client, image), `turn ${turn}`).toBe(`turn ${turn}`);
    }
  }
});

test('what is deleted or deactivated through one worker is not downloaded through the other', async () => {
  const { origin, edge } = await openWorkersScene({}, REMEMBERING);
  const [one, other] = await clientsOfTwo(edge);
  for (const [writer, reader] of [
    [one, other],
    [other, one],
  ] as const) {
    const image = await origin.seed({ size: MIB });
    for (const client of [writer, reader]) {
      expect(verdict(await client.ask(filePath(image)), image.data)).toBe('right');
    }
    await settled(edge);
    const off = `${recordPath(image)}/actions/deactivate`;
    expect((await writer.ask(off, { method: 'POST' })).status).toBe(204);
    expect((await reader.ask(filePath(image))).status).toBe(403);
    const on = `${recordPath(image)}/actions/reactivate`;
    expect((await reader.ask(on, { method: 'POST' })).status).toBe(204);
    expect(verdict(await writer.ask(filePath(image)), image.data)).toBe('right');
    expect((await writer.ask(recordPath(image), { method: 'DELETE' })).status).toBe(204);
    expect((await reader.ask(filePath(image))).status).toBe(404);
    expect((await reader.ask(recordPath(image))).status).toBe(404);
  }
});

test('a right that one worker sees refused is not remembered by the other', async () => {
  const { origin, edge } = await openWorkersScene({}, REMEMBERING);
  const image = await origin.seed({ size: 1 });
  const [one, other] = await clientsOfTwo(edge);
  for (const client of [one, other]) await client.ask(filePath(image));
  for (const token of Object.keys(origin.tokens)) delete origin.tokens[token];
  expect((await other.ask(filePath(image))).status, 'remembered').toBe(200);
  const asked = { headers: { 'Cache-Control': 'no-cache' } };
  expect((await one.ask(filePath(image), asked)).status).toBe(401);
  expect((await other.ask(filePath(image))).status).toBe(401);
});

async function nameOf(client: WorkerClient, image: { readonly id: string }): Promise<unknown> {
  const { body } = await client.ask(recordPath(image));
  return (JSON.parse(body.toString()) as { name: unknown }).name;
}
