import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SPAN_ATTRIBUTES } from '../../src/core/span-attributes.ts';
import { SPAN_EVENTS, SPANS } from '../../src/core/span-names.ts';
import { spanReference, withSpanReference } from '../../src/core/span-reference.ts';

test('the page of spans is the one that the tables make', () => {
  const page = readFileSync(new URL('../../infra/spans.md', import.meta.url), 'utf8');
  expect(page).toContain('<!-- spans:begin -->');
  // Differs? `node src/entry/write-span-reference.ts` writes it anew.
  expect(page).toBe(withSpanReference(page));
});

test('only what stands between the markers is written', () => {
  const page = 'before <!-- spans:begin -->old<!-- spans:end --> after';
  expect(withSpanReference(page)).toBe(
    `before <!-- spans:begin -->\n${spanReference()}<!-- spans:end --> after`,
  );
  expect(withSpanReference('no place for it')).toBeNull();
});

test('each row has a meaning, and its name a form that OpenTelemetry takes', () => {
  for (const { meaning } of [SPANS, SPAN_EVENTS, SPAN_ATTRIBUTES].flatMap<{ meaning: string }>(
    (rows) => Object.values(rows),
  )) {
    expect(meaning).toMatch(/^([A-Z`]|osprofiler).*\.$/);
  }
  for (const name of Object.keys(SPAN_ATTRIBUTES)) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/);
  }
});
