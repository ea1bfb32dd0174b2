// An image URI in a path may hold a user and a password: no span shows them.
import { expect, it } from 'vitest';
import { shownPath } from '../../src/core/shown-path.ts';

const uri = 'http://admin:s3cret@glance.example:9292/v2/images/1';

it.each([
  `/v2/images/${uri}`,
  `/v2/images/${encodeURIComponent(uri)}/file`,
  `/v2/images/${encodeURIComponent(uri).toLowerCase()}`,
  `/v2/images/${encodeURIComponent('http://a@s3cret@glance.example/v2/images/1')}`,
  `/v2/images/${encodeURIComponent(encodeURIComponent(uri))}`,
  '/v2/images/http:/admin:s3cret@glance.example/v2/images/1',
  '/v2/images?uri=http://admin:s3cret@glance.example',
])('is shown without: %s', (target) => {
  expect(shownPath(target)).not.toContain('s3cret');
  expect(shownPath(target)).toContain('/v2/images');
});

it('is shown as it is when it holds none', () => {
  const path = `/v2/images/${encodeURIComponent('http://glance.example:9292/v2/images/1')}/tags/a@b`;
  expect(shownPath(path)).toBe(path);
});

it('takes no longer for a path made to take long', () => {
  const path = `/${'://'.repeat(5_000)}${'://%40'.repeat(5_000)}${'%3a%2f%2f:'.repeat(2_000)}`;
  expect(shownPath(path).length).toBeGreaterThan(0);
  expect(shownPath(`:${'%252f'.repeat(12_000)}${':%2f'.repeat(12_000)}`)).not.toBe('');
});

it('is cut off where it is longer than any path of Glance', () => {
  expect(shownPath(`/v2/${'x'.repeat(60_000)}`)).toHaveLength(1024);
});
