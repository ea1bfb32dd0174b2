// The configuration reference of the README, written from the schema so that it can't lag behind.
import { type AboutShape, CONFIG_SHAPE, type Shape } from './shape.ts';
import { PREFIX } from './variable-name.ts';

const BEGIN = '<!-- config:begin -->';
const END = '<!-- config:end -->';

/** The text with the reference between its two markers; null when it lacks them. */
export function withReference(readme: string): string | null {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END, begin);
  if (begin === -1 || end === -1) return null;
  const before = readme.slice(0, begin + BEGIN.length);
  return `${before}\n${configReference()}${readme.slice(end)}`;
}

/** A README with a title and an empty place for the reference. */
export const EMPTY_README = `# Glance Edge\n\n${BEGIN}\n${END}\n`;

/** A Markdown table with a row for every key. */
export function configReference(): string {
  const rows = rowsOf(CONFIG_SHAPE, '').map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`);
  return [
    `Every scalar can also be set by an environment variable, \`${PREFIX}\` and its path in capitals`,
    `joined by \`_\`: \`${PREFIX}CACHE_CHUNK_SIZE\`, \`${PREFIX}CACHE_TIERS_0_MAX_SIZE\`. The name of a`,
    'region is found whatever its case, with `_` for `-` and `.`: for `RegionOne`',
    `\`${PREFIX}REGIONS_REGIONONE_CA\`. The variable wins over the file.`,
    '',
    '| Key | What to write | Default | Meaning, and why the bound or default |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

type Row = readonly [key: string, form: string, fallback: string, meaning: string];

function rowsOf(shape: Shape, key: string): Row[] {
  switch (shape.kind) {
    case 'leaf':
      return [row(key, shape.about)];
    case 'group': {
      const rows = [...shape.keys].flatMap(([name, each]) =>
        rowsOf(each, key ? `${key}.${name}` : name),
      );
      return shape.about.meaning === '' ? rows : [row(key, shape.about), ...rows];
    }
    case 'named':
      return [row(key, shape.about), ...rowsOf(shape.each, `${key}.<name>`)];
    case 'list': {
      const { each, about } = shape;
      if (each.kind !== 'leaf') return [row(key, about), ...rowsOf(each, `${key}[]`)];
      return [row(key, { ...about, form: `${about.form}, each ${each.about.form}` })];
    }
    default:
      return shape satisfies never;
  }
}

function row(key: string, { form, fallback, meaning, reason }: AboutShape): Row {
  const why = reason === undefined ? '' : ` ${reason}`;
  return [`\`${key}\``, form, fallback === null ? '' : `\`${fallback}\``, meaning + why];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
