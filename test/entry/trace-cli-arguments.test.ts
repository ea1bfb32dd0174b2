// What can be said to `glance-edge trace`, and what is answered to the rest.
import { expect, test } from 'vitest';
import { readTraceArguments } from '../../src/entry/trace-cli/trace-arguments.ts';

const USUAL = { place: { kind: 'usual' }, json: false };

function read(line: string) {
  const wanted = readTraceArguments(line === '' ? [] : line.split(' '));
  return 'query' in wanted ? { ...wanted, query: wanted.query.toString() } : wanted;
}

test('the commands', () => {
  expect(read('list')).toEqual({ kind: 'list', query: '', limit: null, ...USUAL });
  expect(read('slowest --json --limit 3')).toEqual({
    kind: 'slowest',
    query: '',
    limit: 3,
    ...USUAL,
    json: true,
  });
  expect(read('tail')).toEqual({ kind: 'tail', query: '', limit: null, ...USUAL });
  expect(read('show abc --all')).toEqual({ kind: 'show', id: 'abc', all: true, ...USUAL });
  expect(read('--help')).toEqual({ kind: 'help' });
  expect(read('show --help')).toEqual({ kind: 'help' });
});

test('the filters go to the admin face under its names', () => {
  const line =
    'list --region One --image abc --route /v2/images --status 404 --outcome uri-miss --min-ms 1.5 --query req-1';
  expect(read(line)).toMatchObject({
    query:
      'region=One&image=abc&route=%2Fv2%2Fimages&status=404&outcome=uri-miss&min_ms=1.5&q=req-1',
  });
});

test.each([
  ['list --admin http://edge:9394', { kind: 'url', url: 'http://edge:9394' }],
  ['list --admin edge:9394', { kind: 'url', url: 'http://edge:9394' }],
  ['list --admin [::1]:9394', { kind: 'url', url: 'http://[::1]:9394' }],
  ['list --admin https://a.example/edge/', { kind: 'url', url: 'https://a.example/edge' }],
  ['list --config edge.yaml', { kind: 'config', file: 'edge.yaml' }],
  ['list --config edge.yaml --admin edge:1', { kind: 'url', url: 'http://edge:1' }],
])('%s', (line, place) => {
  expect(read(line)).toMatchObject({ place });
});

test.each([
  ['', 'a command is missing: list, show, tail or slowest'],
  ['lst', '"lst" is not list, show, tail or slowest'],
  ['list more', '"more" is too much after list'],
  ['list --all', '--all is for show'],
  ['list --limit 0', '--limit 0 must be 1 to 1000'],
  ['list --limit 1001', '--limit 1001 must be 1 to 1000'],
  ['list --limit=-1', '--limit -1 must be 1 to 1000'],
  ['list --status 2xx', '--status 2xx must be an HTTP status, 100 to 599'],
  ['list --status 600', '--status 600 must be an HTTP status, 100 to 599'],
  ['list --min-ms fast', '--min-ms fast must be a number of milliseconds'],
  ['list --region=', '--region  must be a name'],
  ['list --admin ftp://x', '--admin ftp://x is no http or https URL'],
  ['list --admin=', '--admin  is no http or https URL'],
  ['list --admin http://:', '--admin http://: is no http or https URL'],
  ['list --wat', "Unknown option '--wat'"],
  ['list --region', "Option '--region <value>' argument missing"],
  ['show', 'show what? A trace, request or image id'],
  ['show a b', '"b" is too much after show a'],
  ['show a --region One', '--region is not for show'],
  ['show a --limit 1', '--limit is not for show'],
])('"%s" is refused', (line, message) => {
  expect(read(line)).toEqual({ kind: 'wrong', message });
});
