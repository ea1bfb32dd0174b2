// What a download looks like while it runs.
import { expect, test } from 'vitest';
import { createProgressBar } from '../../src/demo/progress-bar.ts';

const MIB = 1024 * 1024;

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  return { written, isTTY, columns, write };
}

test('a terminal is shown the share and the bytes, once for each change', () => {
  const screen = terminal(true);
  const bar = createProgressBar(screen, 'cold', 4 * MIB);
  bar.show(MIB);
  bar.show(MIB + 1);
  bar.clear();
  const cells = `${'█'.repeat(8)}${'░'.repeat(24)}`;
  expect(screen.written).toEqual([`\r  cold ${cells}  25 %  1.0 MiB of 4.0 MiB\x1b[K`, '\r\x1b[K']);
});

test('the line is cut to the width of the terminal, so that it stays one line', () => {
  const screen = terminal(true, 12);
  createProgressBar(screen, 'cold', 4 * MIB).show(MIB);
  expect(screen.written).toEqual(['\r  cold ████\x1b[K']);
});

test('a terminal of unknown width is taken for one of 80 columns', () => {
  const screen = terminal(true, 0);
  createProgressBar(screen, 'cold', 4 * MIB).show(MIB);
  expect(screen.written.join('')).toContain('of 4.0 MiB');
});

test('an empty image is complete', () => {
  const screen = terminal(true);
  createProgressBar(screen, 'cold', 0).show(0);
  expect(screen.written.join('')).toContain('100 %');
});

test('what is no terminal is shown nothing', () => {
  const file = terminal(false);
  const bar = createProgressBar(file, 'cold', MIB);
  bar.show(MIB);
  bar.clear();
  expect(file.written).toEqual([]);
});
