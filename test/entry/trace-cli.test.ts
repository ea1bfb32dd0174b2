// `glance-edge trace` as an operator runs it: the program against a real gateway, and against what
// is no gateway at all.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ask } from '../scenario/stage/client.ts';
import { type Edge, edgeConfig, filePath, openEdge } from '../scenario/stage/edge.ts';
import { eventually, KIB, type SeededData, settled } from '../scenario/stage/scene.ts';
import { createTroubleOrigin, type TroubleOrigin } from '../support/trouble-origin.ts';
import {
  type Answer,
  type Ended,
  listening,
  PATIENCE_MS,
  runProgram,
  startProgram,
  urlOf,
} from './program.ts';

let origin: TroubleOrigin;
let edge: Edge;
let image: SeededData;
/** Downloaded by those tests that need calls to happen. */
let other: SeededData;
/** A cold download, then a warm one. */
let cold: string;
let warm: string;

beforeAll(async () => {
  origin = await createTroubleOrigin();
  edge = await openEdge({ regions: { RegionOne: origin } });
  image = await origin.seed({ size: 200 * KIB });
  other = await origin.seed({ size: 4 * KIB });
  cold = await download(image);
  await settled(edge);
  warm = await download(image);
  await eventually(async () => (await heldTraces()).length >= 2);
}, PATIENCE_MS);

afterAll(async () => {
  await edge.close();
  await origin.close();
});

async function download(wanted: SeededData): Promise<string> {
  return String((await ask(edge.url + filePath(wanted))).headers['x-trace-id']);
}

async function heldTraces(): Promise<readonly unknown[]> {
  const { body } = await ask(`${edge.admin}/api/traces`, { token: null });
  return (JSON.parse(body.toString()) as { traces: readonly unknown[] }).traces;
}

const trace = (...args: readonly string[]): Promise<Ended> => runProgram('trace', ...args);

/** Against the gateway of these tests. */
function ofEdge(...args: readonly string[]): Promise<Ended> {
  return trace(...args, '--admin', edge.admin);
}

test('list tells the calls, newest first', { timeout: PATIENCE_MS }, async () => {
  const { status, output, errors } = await ofEdge('list', '--image', image.id);
  expect([status, errors]).toEqual([0, '']);
  const [head, first, second] = output.split('\n');
  expect(head).toMatch(/^TRACE +STARTED \(UTC\) +TOOK +HTTP +OUTCOME +REGION +CALL +IMAGE/);
  expect(first).toMatch(new RegExp(`^${warm} .* 200 +hit; detail=memory .*${image.id}`));
  expect(second).toMatch(new RegExp(`^${cold} .* 200 +fwd=uri-miss; stored .*${image.id}`));
});

test('filters are the gateway’s, and no match is told apart', {
  timeout: PATIENCE_MS,
}, async () => {
  const hits = await ofEdge('list', '--outcome', 'hit', '--image', image.id, '--json');
  expect(JSON.parse(hits.output)).toMatchObject({ traces: [{ traceId: warm }] });
  const none = await ofEdge('list', '--region', 'Nowhere', '--json');
  expect(none).toEqual({
    status: 1,
    output: '{\n  "traces": []\n}\n',
    errors: 'glance-edge: No call that is held matches.\n',
  });
});

test('slowest tells the slowest first', { timeout: PATIENCE_MS }, async () => {
  const { output } = await ofEdge('slowest', '--json');
  const { traces } = JSON.parse(output) as { traces: readonly { durationMs: number }[] };
  const times = traces.map(({ durationMs }) => durationMs);
  expect(times.length).toBeGreaterThanOrEqual(2);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
});

test('show draws a trace: the spans of the Jaeger API', { timeout: PATIENCE_MS }, async () => {
  const { status, output } = await ofEdge('show', cold);
  expect(status).toBe(0);
  expect(output).not.toContain('\u001b');
  expect(output).toContain(`trace   ${cold}`);
  expect(output).toContain('bytes   origin 200.0 KiB (100 %)');
  const { body } = await ask(`${edge.admin}/jaeger/api/traces/${cold}`, { token: null });
  const { data } = JSON.parse(body.toString()) as {
    data: readonly { spans: readonly { spanID: string; operationName: string }[] }[];
  };
  const spans = data[0]?.spans ?? [];
  const drawn = output
    .split('\n')
    .flatMap((line) => /^[│├└─ ]*(.*?) +[\d.]+ (?:µs|ms|s) {2}│/.exec(line)?.[1] ?? []);
  expect(drawn.toSorted()).toEqual(spans.map(({ operationName }) => operationName).toSorted());
  const json = await ofEdge('show', cold, '--json');
  const { tree } = JSON.parse(json.output) as { tree: readonly { spanId: string }[] };
  expect(tree.map(({ spanId }) => spanId)).toEqual(spans.map(({ spanID }) => spanID));
});

test('show takes a request id, or an image id', { timeout: PATIENCE_MS }, async () => {
  const listed = await ofEdge('list', '--outcome', 'hit', '--image', image.id, '--json');
  const { traces } = JSON.parse(listed.output) as { traces: readonly { requestId: string }[] };
  const byRequest = await ofEdge('show', String(traces[0]?.requestId));
  expect(byRequest.output).toContain(`trace   ${warm}`);
  const byImage = await ofEdge('show', image.id.toUpperCase());
  expect(byImage.status).toBe(0);
  expect(byImage.errors).toContain('Several calls match');
  expect(byImage.output).toContain(warm);
  expect(byImage.output).toContain(cold);
});

test('what is not held is told in a line', { timeout: PATIENCE_MS }, async () => {
  const id = 'f'.repeat(32);
  const errors = `glance-edge: The trace ${id} is not held, or no longer.\n`;
  expect(await ofEdge('show', id)).toEqual({ status: 1, output: '', errors });
  expect(await ofEdge('show', 'req-none')).toEqual({
    status: 1,
    output: '',
    errors: 'glance-edge: Nothing is held of req-none.\n',
  });
});

test('tail tells calls as they end, until Ctrl-C', { timeout: PATIENCE_MS }, async () => {
  const tail = startProgram([
    'trace',
    'tail',
    '--admin',
    edge.admin,
    '--json',
    '--image',
    other.id,
  ]);
  const lines = createInterface({ input: tail.stdout });
  // It is listening once a call is told of; which one is the first is the machine's affair.
  const first = once(lines, 'line');
  let told = false;
  void first.then(() => {
    told = true;
  });
  await eventually(async () => {
    await download(other);
    return told;
  });
  expect(JSON.parse(String((await first)[0]))).toMatchObject({ image: other.id, status: 200 });
  tail.kill('SIGINT');
  expect(await exitOf(tail)).toBe(0);
});

test('tail ends with the program that reads it', { timeout: PATIENCE_MS }, async () => {
  const tail = startProgram(['trace', 'tail', '--admin', edge.admin]);
  await once(tail.stdout, 'data');
  tail.stdout.destroy();
  let over = false;
  const exit = exitOf(tail);
  void exit.then(() => {
    over = true;
  });
  await eventually(async () => {
    await download(other);
    return over;
  });
  expect(await exit).toBe(0);
});

test('wrong arguments are 2, with a line that says why', { timeout: PATIENCE_MS }, async () => {
  const { status, output, errors } = await ofEdge('list', '--limit', '0');
  expect([status, output]).toEqual([2, '']);
  expect(errors).toBe('glance-edge: --limit 0 must be 1 to 1000; see glance-edge trace --help\n');
  const refused = await ofEdge('list', '--outcome', 'luck');
  expect(refused.status).toBe(2);
  expect(refused.errors).toMatch(/^glance-edge: The parameter "outcome" must be .*\n$/);
});

test('--help says how it is used', { timeout: PATIENCE_MS }, async () => {
  const { status, output } = await trace('--help');
  expect(status).toBe(0);
  for (const word of ['list', 'show', 'tail', 'slowest', '--admin', '--min-ms', '--json']) {
    expect(output).toContain(word);
  }
});

test('the configuration tells where the gateway is', { timeout: PATIENCE_MS }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-trace-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const settings = edgeConfig({ regions: { RegionOne: origin } }, folder);
  const port = new URL(edge.admin).port;
  const files = {
    right: { ...settings, admin: `127.0.0.1:${port}` },
    open: settings,
    wrong: { ...settings, workers: 0 },
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.yaml`), JSON.stringify(content));
  }
  const list = (name: string): Promise<Ended> =>
    trace('list', '--image', image.id, '--config', join(folder, `${name}.yaml`));
  expect((await list('right')).output).toContain(warm);
  const open = await list('open');
  expect([open.status, open.errors]).toEqual([2, expect.stringContaining('say it with --admin')]);
  const wrong = await list('wrong');
  expect([wrong.status, wrong.errors]).toEqual([2, expect.stringContaining('workers')]);
});

test('a gateway that is not there is 1', { timeout: PATIENCE_MS }, async () => {
  const taken = await listening(() => undefined);
  const url = urlOf(taken);
  taken.close();
  await once(taken, 'close');
  for (const command of ['list', 'tail']) {
    const { status, errors } = await trace(command, '--admin', url);
    expect(status).toBe(1);
    expect(errors).toBe(
      `glance-edge: The admin face at ${url} can not be reached: nothing listens there\n`,
    );
  }
});

test('what answers but is no gateway is 1, and can not steer the terminal', {
  timeout: PATIENCE_MS,
}, async () => {
  const answers: Readonly<Record<string, Answer>> = {
    html: [200, '<html>'],
    deep: [200, `{"traces":${'['.repeat(1_000_000)}`],
    other: [200, '{"traces":[{"traceId":1}]}'],
    error: [500, JSON.stringify({ error: 'no\u001b[2J\nmore' })],
    away: [302, ''],
  };
  const stranger = await listening((path) => answers[path.split('/')[1] ?? '']);
  onTestFinished(() => void stranger.close());
  for (const [name, said] of [
    ['html', 'the answer is not JSON: is this the admin face of a gateway?'],
    ['deep', 'the answer is nested too deeply: is this the admin face of a gateway?'],
    ['other', 'is not the admin face of a gateway.'],
    ['error', 'refused: no[2J more'],
    ['away', 'can not be reached: unexpected redirect'],
  ] as const) {
    const { status, output, errors } = await trace('list', '--admin', `${urlOf(stranger)}/${name}`);
    expect([status, output]).toEqual([1, '']);
    expect(errors).toContain(said);
    expect(errors.split('\n')).toHaveLength(2);
    expect(errors).not.toContain('\u001b');
  }
});

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
