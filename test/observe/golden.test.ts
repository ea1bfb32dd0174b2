// Golden traces: what the spans of each outcome say, as text to be read. After a change that is meant,
// GLANCE_EDGE_UPDATE_GOLDEN=1 writes the files anew; their difference is then the change's review.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SPAN_ATTRIBUTES } from '../../src/core/span-attributes.ts';
import { SPAN_EVENTS, SPANS } from '../../src/core/span-names.ts';
import type { StoredSpan } from '../../src/ports/trace-store.ts';
import { ask } from '../scenario/stage/client.ts';
import type { Edge } from '../scenario/stage/edge.ts';
import { eventually, settled } from '../scenario/stage/scene.ts';
import { SCENES } from './golden-scenes.ts';
import { renderTraces } from './rendered-trace.ts';

const UPDATE = process.env.GLANCE_EDGE_UPDATE_GOLDEN === '1';

test.each(Object.entries(SCENES))('%s', async (name, play) => {
  const { edge, traceIds } = await play();
  await settled(edge);
  const traces: StoredSpan[][] = [];
  for (const id of traceIds) traces.push(await traceOf(edge, id));
  const rendered = renderTraces(traces);
  const file = new URL(`golden/${name}.txt`, import.meta.url);
  if (UPDATE) writeFileSync(file, rendered);
  expect(rendered).toBe(readFileSync(file, 'utf8'));
  for (const span of traces.flat()) expectDeclared(span);
});

/** The trace once its call has ended: a moment after the answer has come. */
async function traceOf(edge: Edge, id: string): Promise<StoredSpan[]> {
  let tree: StoredSpan[] = [];
  await eventually(async () => {
    const reply = await ask(`${edge.admin}/api/traces/${id}`, { token: null });
    if (reply.status !== 200) return false;
    ({ tree } = JSON.parse(reply.body.toString()) as { tree: StoredSpan[] });
    return true;
  });
  return tree;
}

const NAMES = Object.keys(SPANS).map(
  (name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '\\S+')}$`),
);

function expectDeclared({ name, attributes, events, links }: StoredSpan): void {
  expect(NAMES.some((pattern) => pattern.test(name)) || /^[A-Z]+$/.test(name), name).toBe(true);
  expect(Object.keys(SPAN_EVENTS)).toEqual(expect.arrayContaining(events.map((one) => one.name)));
  for (const told of [
    attributes,
    ...events.map((one) => one.attributes),
    ...links.map((one) => one.attributes),
  ]) {
    for (const [key, value] of Object.entries(told)) {
      const row = Object.entries(SPAN_ATTRIBUTES).find(([declared]) => declared === key)?.[1];
      expect(row?.type, key).toBe(typeof value);
    }
  }
}
