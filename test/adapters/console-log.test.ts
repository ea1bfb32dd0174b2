// Log lines of Workers: one JSON object each, by the console's own levels, without secrets.
import { expect, test } from 'vitest';
import { type ConsoleLogSettings, createConsoleLog } from '../../src/adapters/console-log.ts';

function open(level: ConsoleLogSettings['level']) {
  const written: [string, unknown][] = [];
  const write = (severity: string) => (line: string) =>
    void written.push([severity, JSON.parse(line)]);
  const console = { info: write('info'), warn: write('warn'), error: write('error') };
  return { log: createConsoleLog({ level, clock: { now: () => 0 }, console }), written };
}

test('a line holds level, time, fields and message', () => {
  const { log, written } = open('info');
  log.warn({ tier: 'memory' }, 'A tier failed.');
  expect(written).toEqual([
    [
      'warn',
      {
        level: 'warn',
        time: '1970-01-01T00:00:00.000Z',
        service: 'glance-edge',
        tier: 'memory',
        msg: 'A tier failed.',
      },
    ],
  ]);
});

test('lines below the level are not written', () => {
  const { log, written } = open('error');
  log.info({}, 'a');
  log.warn({}, 'b');
  log.error({}, 'c');
  expect(written).toMatchObject([['error', { msg: 'c' }]]);
  const silent = open('silent');
  silent.log.error({}, 'd');
  expect(silent.written).toEqual([]);
});

test('what looks like a secret is blotted out', () => {
  const { log, written } = open('info');
  log.info({ headers: { 'X-Auth-Token': 'abc' } }, 'Sent Bearer abcdefghijkl.');
  expect(JSON.stringify(written)).not.toMatch(/abc/);
});

test('a field that throws fails nobody', () => {
  const { log, written } = open('info');
  const fields = Object.defineProperty({}, 'bad', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(() => log.info(fields, 'a')).not.toThrow();
  expect(written).toEqual([]);
});
