// The demo's arguments.
import { expect, test } from 'vitest';
import { readDemoOptions } from '../../src/demo/demo-options.ts';

test('without arguments it shows 96 MiB, in a temporary folder, and stays', () => {
  const options = { kind: 'options', sizeBytes: 96 * 1024 * 1024, folder: null, once: false };
  expect(readDemoOptions([])).toEqual(options);
});

test('everything can be chosen', () => {
  const args = ['--once', '--size', '2', '--folder', '/data/demo'];
  const options = { kind: 'options', sizeBytes: 2_097_152, folder: '/data/demo', once: true };
  expect(readDemoOptions(args)).toEqual(options);
});

test.each([['--size', '0'], ['--size', 'big'], ['--size', '99999'], ['--odd'], ['odd']])(
  'what makes no sense is told with the usage: %s %s',
  (...args) => {
    const refused = { kind: 'wrong', message: expect.stringContaining('Usage: glance-edge demo') };
    expect(readDemoOptions(args)).toMatchObject(refused);
  },
);
