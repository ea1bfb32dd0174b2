// The text of the configuration file: its data, and where in the text each path stands.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Mistake } from './mistake.ts';
import type { Path } from './path.ts';

export interface YamlSource {
  /** Plain data; null for an empty file and for one that can't be read. */
  readonly data: unknown;
  readonly mistakes: readonly Mistake[];
  /** Whether `data` stands for the file in spite of the mistakes. */
  readonly usable: boolean;
  /**
   * Where the value or the key stands, else the nearest thing around it: `file:line:column`.
   */
  placeOf(path: Path, part?: 'key'): string;
}

export function readYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const errors = [...document.errors, ...document.warnings];
  const found = errors.map((error) => ({ place: place(error.pos[0]), message: plain(error) }));
  const usable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  const read = usable ? toData(document) : { kind: 'data' as const, data: null };
  const placeOf = (path: Path, part?: 'key'): string => place(offsetOf(document, path, part));
  if (read.kind === 'data') return { data: read.data, mistakes: found, usable, placeOf };
  const mistakes = [...found, { place: place(0), message: read.message }];
  return { data: null, mistakes, usable: false, placeOf };
}

/** An alias without an anchor and an explosion of aliases only show here. */
function toData(document: Document) {
  try {
    return { kind: 'data' as const, data: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (cause) {
    const message = `is no YAML: ${cause instanceof Error ? cause.message : 'it cannot be read'}`;
    return { kind: 'unreadable' as const, message };
  }
}

/** Without the piece of the file that some messages end with: it may be a secret. */
function plain({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'this key was written before: keep one of the two';
  return `is no YAML: ${message.replace(/: ".*$/s, '')}`;
}

function offsetOf(document: Document, path: Path, part: 'key' | undefined): number {
  let node: Node | null = resolve(document, document.contents);
  let offset = node?.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    const [key, value] = childOf(node, step);
    // An empty value stands after the colon, which may be lines away from its key.
    const isEmpty = isScalar(value) && value.value === null;
    const asked = part === 'key' && index === path.length - 1;
    const here = (asked || isEmpty ? key?.range : null) ?? value?.range ?? key?.range;
    if (!here) break;
    offset = here[0];
    node = resolve(document, value);
  }
  return offset;
}

function childOf(node: Node | null, step: string | number): readonly [Node | null, Node | null] {
  if (isSeq<Node>(node)) return [null, node.items[Number(step)] ?? null];
  if (!isMap<Node, Node | null>(node)) return [null, null];
  // Of a key that is written twice, the data has the last value.
  const pair = node.items.findLast(
    ({ key }) => isScalar(key) && String(key.value) === String(step),
  );
  return [pair?.key ?? null, pair?.value ?? null];
}

function resolve(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}
