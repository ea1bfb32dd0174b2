// What `glance-edge trace` draws, as golden texts. After a change that was looked at,
// `npx vitest run test/entry/trace-cli-views --update` writes them anew.
import { expect, test } from 'vitest';
import { createPaper, type Paper } from '../../src/entry/admin-cli/paper.ts';
import { cleaned, widthOf } from '../../src/entry/admin-cli/plain-text.ts';
import { readTrace } from '../../src/entry/trace-cli/read-traces.ts';
import { openTableHead, openTableLine, traceTable } from '../../src/entry/trace-cli/trace-table.ts';
import { waterfall } from '../../src/entry/trace-cli/waterfall.ts';
import type { StoredSpan, StoredTrace } from '../../src/ports/trace-store.ts';
import {
  COLD_ID,
  coldTrace,
  FOLLOWER_ID,
  failedTrace,
  followerTrace,
  STARTED,
  span,
  summaryOf,
  traceOf,
} from '../support/stored-traces.ts';

const WIDE = createPaper({ columns: 100, colour: false, unicode: true });
const NARROW = createPaper({ columns: 40, colour: false, unicode: true });
const ASCII = createPaper({ columns: 80, colour: false, unicode: false });
const COLOURED = createPaper({ columns: 80, colour: true, unicode: true });
const PIPE = createPaper({ columns: null, colour: false, unicode: true });
const CALLS = [failedTrace, followerTrace, coldTrace].map(summaryOf);

function shown(trace: StoredTrace, paper: Paper, all = false): string {
  return `${waterfall(trace, paper, { all }).join('\n')}\n`;
}

function golden(name: string): string {
  return `golden/trace-${name}.txt`;
}

test.each([
  ['cold', coldTrace, WIDE],
  ['cold-narrow', coldTrace, NARROW],
  ['cold-ascii', coldTrace, ASCII],
  ['cold-coloured', coldTrace, COLOURED],
  ['follower', followerTrace, WIDE],
  ['failed', failedTrace, WIDE],
] as const)('the waterfall %s', async (name, trace, paper) => {
  await expect(shown(trace, paper)).toMatchFileSnapshot(golden(name));
});

test('the waterfall with every attribute', async () => {
  await expect(shown(coldTrace, WIDE, true)).toMatchFileSnapshot(golden('cold-all'));
});

test('the list in a pipe and in a terminal', async () => {
  const list = [...traceTable(CALLS, PIPE), '', ...traceTable(CALLS, ASCII)].join('\n');
  await expect(`${list}\n`).toMatchFileSnapshot(golden('list'));
});

test('the tail keeps its columns without knowing what comes', async () => {
  const lines = [openTableHead(PIPE), ...CALLS.map((call) => openTableLine(call, PIPE))];
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden('tail'));
});

test.each([24, 40, 59, 60, 61, 80, 132, 200])('nothing is wider than %d columns', (columns) => {
  const paper = createPaper({ columns, colour: false, unicode: true });
  const lines = [coldTrace, followerTrace, failedTrace, received()].flatMap((trace) => [
    ...waterfall(trace, paper, { all: true }),
    ...traceTable([summaryOf(trace)], paper),
  ]);
  for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
});

test('a terminal that claims to have no width at all is drawn on all the same', () => {
  const paper = createPaper({ columns: 1, colour: false, unicode: true });
  expect(waterfall(coldTrace, paper, { all: false }).length).toBeGreaterThan(20);
  expect(traceTable(CALLS, paper)).toHaveLength(4);
});

test('every span has one line, also when parents lead round in a circle', () => {
  const tree = [
    span({ spanId: 'a', name: 'one' }),
    span({ spanId: 'b', parentSpanId: 'c', name: 'two' }),
    span({ spanId: 'c', parentSpanId: 'b', name: 'three' }),
    span({ spanId: 'd', parentSpanId: 'd', name: 'four' }),
  ];
  const all = waterfall(traceOf(COLD_ID, tree), WIDE, { all: false });
  const lines = all.slice(all.findIndex((line) => line.startsWith('SPAN')));
  for (const name of ['one', 'two', 'three', 'four']) {
    expect(lines.filter((line) => new RegExp(`^[└─├│ ]*${name} `).test(line))).toHaveLength(1);
  }
});

test('a deep tree is drawn without a deep stack', () => {
  const tree = Array.from({ length: 1000 }, (_, at) =>
    span({ spanId: String(at), parentSpanId: at === 0 ? null : String(at - 1), name: `s${at}` }),
  );
  const lines = waterfall(traceOf(COLD_ID, tree), NARROW, { all: false });
  expect(lines.filter((line) => / 1\.00 ms/.test(line)).length).toBeGreaterThanOrEqual(1000);
});

test('a span of a kind that is not known yet has its line, in colour too', () => {
  const sent = JSON.stringify(traceOf(COLD_ID, [span({ name: 'sent' })]));
  const trace = readTrace(JSON.parse(sent.replaceAll('"internal"', '"producer"')));
  expect(trace?.tree[0]?.kind).toBe('producer');
  expect(shown(trace ?? expect.fail(), COLOURED)).toContain('sent');
});

test('texts that nobody would read to their end are cut', () => {
  const sent = { name: 'x'.repeat(2 ** 20), list: ['y'.repeat(2 ** 20)] };
  expect(JSON.stringify(cleaned(sent)).length).toBeLessThan(10_000);
});

test('a trace that took no time has bars, and none of them ends outside', () => {
  const tree = [span({ durationMs: 0 }), span({ spanId: 'b', durationMs: 0 })];
  expect(shown(traceOf(COLD_ID, tree), WIDE)).toContain('│▏');
});

test('many links are cut short unless all are wanted', () => {
  const links = Array.from({ length: 128 }, (_, at) => ({
    traceId: FOLLOWER_ID,
    spanId: String(at).padStart(16, '0'),
    attributes: { 'glance_edge.link': 'reader' },
  }));
  const trace = traceOf(COLD_ID, [span({ name: 'fill', links })]);
  expect(shown(trace, WIDE).match(/→/g)).toHaveLength(9);
  expect(shown(trace, WIDE)).toContain('→ and 120 more; --all shows them');
  expect(shown(trace, WIDE, true).match(/→/g)).toHaveLength(128);
});

test('spans that are not held are counted', () => {
  expect(shown({ ...coldTrace, spans: 600 }, WIDE)).toContain('5  595 more are not held');
});

test('what came over the network can not steer the terminal', () => {
  const text = shown(received(), WIDE, true);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u);
  expect(text).toContain('[2Jforged');
  expect(text).toContain('映像');
});

/** The strange trace as the program has it from the network. */
function received(): StoredTrace {
  const trace = readTrace(cleaned(JSON.parse(JSON.stringify(strangeTrace()))));
  if (trace === null) throw new Error('the trace can not be read');
  return trace;
}

/** With texts that clear the screen, forge lines, turn round, and are as wide as they are strange. */
function strangeTrace(): StoredTrace {
  const evil = '\u001b[2Jforged\r\nline\u202e\u009b31m 映像 e\u0301 👩‍👩‍👧 \ud800';
  const tree: readonly StoredSpan[] = [
    span({
      name: evil,
      error: evil,
      attributes: { [evil]: evil, 'glance_edge.region': evil, 'glance_edge.list': [evil] },
      events: [{ name: evil, time: STARTED, attributes: { [evil]: evil } }],
      links: [{ traceId: evil, spanId: evil, attributes: { 'glance_edge.link': evil } }],
    }),
  ];
  return { ...traceOf(COLD_ID, tree), image: evil, requestId: evil, outcome: evil };
}
