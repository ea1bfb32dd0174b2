// A progress bar in one line of a terminal; silent where the output is no terminal.
import type { WriteStream } from 'node:tty';
import { mebibytes } from './mebibytes.ts';

export interface ProgressBar {
  readonly show: (bytes: number) => void;
  /** Takes the line back. */
  readonly clear: () => void;
}

/** What the bar needs of `process.stdout`. */
export type Terminal = Pick<WriteStream, 'write' | 'isTTY' | 'columns'>;

const WIDTH = 32;

/** A terminal that doesn't know its width says 0. */
const UNKNOWN_COLUMNS = 80;

/** A bar for `size` bytes with a word in front. */
export function createProgressBar(terminal: Terminal, word: string, size: number): ProgressBar {
  if (!terminal.isTTY) return { show: () => undefined, clear: () => undefined };
  let shown = '';
  return {
    show: (bytes) => {
      const share = size === 0 ? 1 : Math.min(1, bytes / size);
      const full = Math.floor(share * WIDTH);
      const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
      const percent = String(Math.floor(share * 100)).padStart(3);
      const text = `  ${word} ${bar} ${percent} %  ${mebibytes(bytes)} of ${mebibytes(size)}`;
      const line = text.slice(0, (terminal.columns || UNKNOWN_COLUMNS) - 1);
      // Pieces come by the thousand; the line changes less often.
      if (line === shown) return;
      shown = line;
      terminal.write(`\r${line}\x1b[K`);
    },
    clear: () => {
      if (shown !== '') terminal.write('\r\x1b[K');
      shown = '';
    },
  };
}
