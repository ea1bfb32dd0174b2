// The small parts that `glance-edge trace` is made of: text, amounts, events, what a terminal can do.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, instant, size } from '../../src/entry/admin-cli/amounts.ts';
import { paperFor } from '../../src/entry/admin-cli/paper.ts';
import {
  cleaned,
  cut,
  jsonText,
  largest,
  widthOf,
  wrap,
} from '../../src/entry/admin-cli/plain-text.ts';
import { readJson } from '../../src/entry/admin-cli/read-json.ts';
import { createEventReader, MAX_EVENT_LENGTH } from '../../src/entry/trace-cli/event-stream.ts';
import { readTrace, readTraceList } from '../../src/entry/trace-cli/read-traces.ts';
import { coldTrace, summaryOf } from '../support/stored-traces.ts';

describe('amounts', () => {
  test.each([
    [0, '0 µs'],
    [0.75, '750 µs'],
    [0.9996, '1.00 ms'],
    [9.994, '9.99 ms'],
    [12.54, '12.5 ms'],
    [99.96, '100 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [4210, '4.21 s'],
    [59_990, '60.0 s'],
    [59_996, '1 m 00 s'],
    [240_000, '4 m 00 s'],
    [3_599_600, '1 h 00 m'],
    [7_650_000, '2 h 08 m'],
    [7_199_000, '2 h 00 m'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1024 * 1024 - 1, '1.0 MiB'],
    [104_857_600, '100.0 MiB'],
    [5.5 * 2 ** 40, '5.5 TiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  test('times are in UTC, and a time that is none is a dash', () => {
    expect(instant(1_795_478_309_123.457)).toBe('2026-11-23 23:58:29.123');
    expect(instant(1e300)).toBe('-');
  });
});

describe('text', () => {
  test('is cleaned of all that steers a terminal, in names too', () => {
    const evil = { 'a\u001b[31m': ['b\u009bc', { d: 'e\r\nf\u202e' }], n: 1, x: null, y: true };
    expect(cleaned(evil)).toEqual({ 'a[31m': ['bc', { d: 'e f' }], n: 1, x: null, y: true });
  });

  test('as JSON is escaped instead, and reads back as it was', () => {
    const value = { text: 'a\u001b\u009b\u202e\u2028\u007fb\nc' };
    const text = jsonText(value, 2);
    expect(text).toMatch(/^[\n -~]*$/);
    expect(JSON.parse(text)).toEqual(value);
  });

  test('is as wide as a terminal shows it', () => {
    expect(['abc', '─█', '映像', 'e\u0301', '👩‍👩‍👧', 'µ'].map(widthOf)).toEqual([
      3, 2, 4, 1, 2, 1,
    ]);
  });

  test('is cut between characters', () => {
    expect(cut('映像映像', 5, '…')).toBe('映像…');
    expect(cut('映像', 4, '…')).toBe('映像');
    expect(cut('abc', 1, '…')).toBe('…');
    expect(cut('abc', 0, '…')).toBe('');
  });

  test('is wrapped between items, then between words, then anywhere', () => {
    expect(wrap(['ab', 'cd', 'ef'], 6)).toEqual(['ab  cd', 'ef']);
    expect(wrap(['one two three', 'x'], 8)).toEqual(['one two', 'three  x']);
    expect(wrap(['abcdefghij'], 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap(['映像'], 1)).toEqual(['映', '像']);
    expect(wrap([], 4)).toEqual([]);
  });
});

describe('events', () => {
  test('are read from whatever pieces come', () => {
    const stream =
      ': listening\n\nevent: trace\ndata: {"a":1}\n\r\nevent:lost\r\ndata:{"count":2}\r\n\r\n' +
      'data: one\ndata: two\n\nevent: trace\n\nid: 7\nretry: 1\ndata\n\n';
    const wanted = [
      { name: 'trace', data: '{"a":1}' },
      { name: 'lost', data: '{"count":2}' },
      { name: 'message', data: 'one\ntwo' },
      { name: 'message', data: '' },
    ];
    const whole = createEventReader();
    expect(whole(stream)).toEqual(wanted);
    const single = createEventReader();
    expect(Array.from(stream).flatMap((character) => single(character))).toEqual(wanted);
  });

  test('that are too long are refused before they fill the memory', () => {
    const read = createEventReader();
    read(`data: ${'x'.repeat(MAX_EVENT_LENGTH - 10)}`);
    expect(() => read('x'.repeat(11))).toThrow(RangeError);
    const lines = createEventReader();
    lines(`data: ${'x'.repeat(MAX_EVENT_LENGTH)}\n`.slice(0, MAX_EVENT_LENGTH));
    expect(() => lines(`\ndata: ${'x'.repeat(20)}\n`)).toThrow(RangeError);
  });

  test.each(['data:\n', 'data\r\n', 'event: x\ndata: \n'])(
    'of endless lines that say nothing are refused as well: %j',
    (line) => {
      const read = createEventReader();
      const many = line.repeat(1000);
      const endless = (): void => {
        for (let pieces = 0; pieces <= MAX_EVENT_LENGTH / 1000; pieces += 1) read(many);
      };
      expect(endless).toThrow(RangeError);
    },
  );
});

describe('JSON of strangers', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

  test.each<[string, unknown]>([
    ['{"a":[1,"[[[["]}', { a: [1, '[[[['] }],
    [JSON.stringify({ '"': String.raw`\"[` }), { '"': String.raw`\"[` }],
    [JSON.stringify([String.raw`\\`, '[']), [String.raw`\\`, '[']],
    [`[${'[],'.repeat(1000)}0]`, expect.any(Array)],
  ])('%s', (text, value) => {
    expect(readJson(text)).toEqual({ kind: 'value', value });
  });

  test.each(['', '<html>', '{"a":', '"', String.raw`"\"`, ']'])('that is none: %j', (text) => {
    expect(readJson(text)).toEqual({ kind: 'wrong', reason: 'no JSON' });
  });

  test('that is too deep is refused before anybody looks through it', () => {
    expect(readJson(nested(100)).kind).toBe('value');
    for (const text of [nested(101), nested(1_000_000), '{"a":'.repeat(1_000_000)]) {
      expect(readJson(text)).toEqual({ kind: 'wrong', reason: 'too deep' });
    }
  });

  test('is parsed as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(readJson(text)).toEqual({ kind: 'value', value: JSON.parse(text) });
      }),
    );
  });
});

test('the largest is found among more than a call can have arguments', () => {
  const many = Array.from({ length: 300_000 }, (_, at) => at);
  expect(largest(7, many, (value) => value)).toBe(299_999);
  expect(largest(7, [], Number)).toBe(7);
});

describe('paper', () => {
  const terminal = { isTTY: true, columns: 120 };

  test('is as wide as the terminal, with colours and all characters', () => {
    const paper = paperFor(terminal, { TERM: 'xterm', LANG: 'de_DE.UTF-8' });
    expect(paper.columns).toBe(120);
    expect(paper.paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(paper.glyphs.ellipsis).toBe('…');
  });

  test.each([
    ['a pipe', { isTTY: false }, {}],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }],
    ['a dumb terminal', terminal, { TERM: 'dumb' }],
  ])('has no colours with %s', (_, where, environment) => {
    expect(paperFor(where, environment).paint('red', 'x')).toBe('x');
  });

  test('is 80 columns wide where the terminal does not know, or as COLUMNS says', () => {
    expect(paperFor({ isTTY: true, columns: 0 }, {}).columns).toBe(80);
    expect(paperFor({ isTTY: true, columns: 0 }, { COLUMNS: '132' }).columns).toBe(132);
    expect(paperFor({ isTTY: false }, { COLUMNS: '132' }).columns).toBeNull();
  });

  test.each([
    [{}, '…'],
    [{ LANG: '' }, '…'],
    [{ LANG: 'C' }, '~'],
    [{ LANG: 'C', LC_ALL: 'C.utf8' }, '…'],
    [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'en_US.ISO-8859-1' }, '~'],
  ])('knows with %j', (environment, ellipsis) => {
    expect(paperFor(terminal, environment).glyphs.ellipsis).toBe(ellipsis);
  });
});

describe('answers', () => {
  test('that are traces are read, with what newer gateways add', () => {
    const summary = { ...summaryOf(coldTrace), more: 1 };
    expect(readTraceList({ traces: [summary] })).toEqual([summary]);
    expect(readTrace(coldTrace)).toBe(coldTrace);
  });

  test.each([
    null,
    'text',
    [],
    {},
    { traces: {} },
    { traces: [null] },
    { traces: [{ traceId: 1 }] },
    { traces: [{ ...coldTrace, durationMs: null }] },
    { traces: [{ ...coldTrace, status: 'ok' }] },
  ])('that are none are told apart: %j', (value) => {
    expect(readTraceList(value)).toBeNull();
  });

  test.each([
    { tree: null },
    { tree: [{}] },
    { tree: [{ ...coldTrace.tree[0], attributes: { a: {} } }] },
    { tree: [{ ...coldTrace.tree[0], attributes: [] }] },
    { tree: [{ ...coldTrace.tree[0], events: [{ name: 'x' }] }] },
    { tree: [{ ...coldTrace.tree[0], links: [{ traceId: 'x', attributes: {} }] }] },
    { tree: [{ ...coldTrace.tree[0], startTime: 'now' }] },
  ])('with broken spans are none: %j', (broken) => {
    expect(readTrace({ ...coldTrace, ...broken })).toBeNull();
  });
});
