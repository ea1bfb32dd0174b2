// What views are drawn on: how wide it is, whether it has colours, and which characters it knows.
import { styleText } from 'node:util';

export interface Paper {
  /** Null: as wide as the text, for whatever reads it from a pipe. */
  readonly columns: number | null;
  readonly glyphs: Glyphs;
  readonly paint: (ink: Ink, text: string) => string;
}

export type Ink = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta';

export interface Glyphs {
  readonly ellipsis: string;
  readonly link: string;
  /** Below a span: its further child, its last child, and what stands beside their children. */
  readonly branch: string;
  readonly lastBranch: string;
  readonly trunk: string;
  readonly border: string;
  /** Cells of a bar by eighths, from the emptiest to the full one. */
  readonly cells: readonly string[];
  readonly micro: string;
}

/** A terminal as far as it matters here. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  /** 0 when it doesn't know. */
  readonly columns?: number | undefined;
}

/**
 * No colours in a pipe or with `NO_COLOR` (no-color.org). Characters beyond ASCII unless the locale
 * names another encoding: containers often name none, with a terminal that knows UTF-8.
 */
export function paperFor(
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): Paper {
  const isTerminal = terminal.isTTY === true;
  const columns = terminal.columns || Number(environment.COLUMNS) || DEFAULT_COLUMNS;
  return createPaper({
    columns: isTerminal ? columns : null,
    colour: isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb',
    unicode: knowsUnicode(environment),
  });
}

export function createPaper(options: {
  readonly columns: number | null;
  readonly colour: boolean;
  readonly unicode: boolean;
}): Paper {
  return {
    columns: options.columns,
    glyphs: options.unicode ? UNICODE : ASCII,
    paint: (ink, text) =>
      options.colour && text !== '' ? styleText(ink, text, { validateStream: false }) : text,
  };
}

const DEFAULT_COLUMNS = 80;

const UNICODE: Glyphs = {
  ellipsis: '…',
  link: '→',
  branch: '├─ ',
  lastBranch: '└─ ',
  trunk: '│  ',
  border: '│',
  cells: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  micro: 'µ',
};

const ASCII: Glyphs = {
  ellipsis: '~',
  link: '->',
  branch: '|- ',
  lastBranch: '`- ',
  trunk: '|  ',
  border: '|',
  cells: ['-', '-', '-', '-', '=', '=', '=', '='],
  micro: 'u',
};

/** The first of them that is set decides (POSIX). */
function knowsUnicode(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG;
  return locale === undefined || locale === '' || /utf-?8/i.test(locale);
}
