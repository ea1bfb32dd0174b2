import { expect, test } from 'vitest';
import { readCacheArguments } from '../../src/entry/cache-cli/cache-arguments.ts';

const USUAL = { place: { kind: 'usual' }, json: false };
const ALL = { image: null, region: null, limit: null };

test.each<[string, object]>([
  ['status', { kind: 'status', ...USUAL }],
  ['status --json', { kind: 'status', ...USUAL, json: true }],
  [
    'status --config edge.yaml',
    { kind: 'status', ...USUAL, place: { kind: 'config', file: 'edge.yaml' } },
  ],
  [
    'status --admin edge:9394',
    { kind: 'status', ...USUAL, place: { kind: 'url', url: 'http://edge:9394' } },
  ],
  ['images', { kind: 'images', ...ALL, ...USUAL }],
  ['images --region One --limit 5', { kind: 'images', ...ALL, region: 'One', limit: 5, ...USUAL }],
  ['images abc', { kind: 'images', ...ALL, image: 'abc', ...USUAL }],
  ['--help', { kind: 'help' }],
  ['status --help', { kind: 'help' }],
])('%s', (line, wanted) => {
  expect(readCacheArguments(line.split(' '))).toEqual(wanted);
});

test.each([
  ['', 'a command is missing: status or images'],
  ['clear', '"clear" is not status or images'],
  ['status now', '"now" is too much after status'],
  ['status --limit 3', '--limit is for images'],
  ['status --region One', '--region is for images'],
  ['images a b', '"b" is too much after images a'],
  ['images --limit 0', '--limit 0 must be 1 to 1000'],
  ['images --limit 1001', '--limit 1001 must be 1 to 1000'],
  ['images --region=', '--region must be a name'],
  ['status --admin ftp://edge', '--admin ftp://edge is no http or https URL'],
  ['status --colour', "Unknown option '--colour'"],
])('%s is wrong: %s', (line, message) => {
  const args = line.split(' ').filter((word) => word !== '');
  expect(readCacheArguments(args)).toEqual({ kind: 'wrong', message });
});
