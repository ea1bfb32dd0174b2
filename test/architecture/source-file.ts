// One source file as the rules see it: what it imports and exports, and which globals it touches.
import { type Node, parseSync } from 'oxc-parser';
import { RUNTIME_GLOBALS, RUNTIME_MEMBERS } from './rules.ts';

export interface Mention {
  readonly name: string;
  readonly line: number;
}

export interface SourceFile {
  /** Path below src/, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly opensWithComment: boolean;
  /** Every module specifier: static, re-exported, dynamic, and `import('…')` in types. */
  readonly imports: readonly Mention[];
  readonly defaultExports: readonly Mention[];
  /** Uses of the runtime's globals, such as `fetch` or `Date.now`. */
  readonly globals: readonly Mention[];
}

/** Reads a file's text; throws when it is not TypeScript. */
export function readSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new SyntaxError(`${path}: ${error.message}`);
  const line = (offset: number): number => text.slice(0, offset).split('\n').length;
  const found: Found = { imports: [], globals: [] };
  noteImports(program, found);
  noteGlobals(program, [declaredIn(program)], found);
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    opensWithComment: /^(#!.*\n)?\s*\/[/*]/.test(text),
    imports: found.imports.map(({ name, offset }) => ({ name, line: line(offset) })),
    globals: found.globals.map(({ name, offset }) => ({ name, line: line(offset) })),
    defaultExports: exported
      .filter(({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default')
      .map(({ start }) => ({ name: 'default', line: line(start) })),
  };
}

type Scope = ReadonlySet<string>;
type Place = { name: string; offset: number };
type Found = { imports: Place[]; globals: Place[] };

function noteImports(node: Node, found: Found): void {
  noteImport(node, found);
  for (const child of children(node)) noteImports(child, found);
}

function noteGlobals(node: Node, scopes: readonly Scope[], found: Found): void {
  if (isTypeOnly(node)) return;
  noteGlobal(node, scopes, found);
  const inner = isFunction(node) ? [...scopes, declaredIn(node)] : scopes;
  for (const child of references(node)) noteGlobals(child, inner, found);
}

function noteImport(node: Node, found: Found): void {
  if (!('source' in node) || !isNode(node.source)) return;
  const { source } = node;
  // A computed specifier can't be checked, so it is reported as what it is.
  const name =
    source.type === 'Literal' && typeof source.value === 'string' ? source.value : '(computed)';
  found.imports.push({ name, offset: node.start });
}

function noteGlobal(node: Node, scopes: readonly Scope[], found: Found): void {
  const free = (name: string): boolean => !scopes.some((scope) => scope.has(name));
  const note = (name: string): void => void found.globals.push({ name, offset: node.start });
  if (node.type === 'Identifier') {
    if (RUNTIME_GLOBALS.has(node.name) && free(node.name)) note(node.name);
  } else if (node.type === 'MemberExpression') {
    if (node.object.type !== 'Identifier' || !free(node.object.name)) return;
    const member = memberName(node);
    const name = `${node.object.name}.${member}`;
    if (RUNTIME_MEMBERS.has(name)) note(name);
    if (node.object.name === 'globalThis' && RUNTIME_GLOBALS.has(member)) note(name);
  } else if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const readsClock = node.type === 'CallExpression' || node.arguments.length === 0;
    if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date') return;
    if (readsClock && free('Date')) note('new Date()');
  }
}

function memberName(node: Node & { type: 'MemberExpression' }): string {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  return node.property.type === 'Literal' ? String(node.property.value) : '';
}

/** The names that a function or the module declares, blocks included: enough to tell a global from a local. */
function declaredIn(scope: Node): Scope {
  const names = new Set<string>();
  const declare = (node: Node): void => {
    if (isTypeOnly(node)) return;
    if (node.type === 'VariableDeclarator') bind(node.id);
    else if (node.type === 'CatchClause' && node.param) bind(node.param);
    else if ('local' in node && isNode(node.local) && node.type.startsWith('Import'))
      bind(node.local);
    if ((isFunction(node) || node.type === 'ClassDeclaration') && node.id) bind(node.id);
    if (!isFunction(node)) for (const child of children(node)) declare(child);
  };
  const bind = (pattern: Node): void => {
    if (pattern.type === 'Identifier') names.add(pattern.name);
    else if (pattern.type === 'AssignmentPattern') bind(pattern.left);
    else if (pattern.type === 'Property') bind(pattern.value);
    else if (pattern.type === 'TSParameterProperty') bind(pattern.parameter);
    else for (const child of children(pattern)) bind(child);
  };
  if (isFunction(scope)) for (const param of scope.params) bind(param);
  for (const child of children(scope)) declare(child);
  return names;
}

type FunctionNode = Node & {
  type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression';
};

function isFunction(node: Node): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** Types have no effect at run time; only the wrappers around an expression do. */
function isTypeOnly(node: Node): boolean {
  return (
    node.type.startsWith('TS') &&
    !/^TS(As|Satisfies|NonNull|Instantiation)|^TSParameterProperty|^TSTypeAssertion/.test(node.type)
  );
}

/** The children that are evaluated: names of properties, labels and imported names are not. */
function references(node: Node): readonly Node[] {
  const skipped: unknown[] = [];
  if (node.type === 'MemberExpression' && !node.computed) skipped.push(node.property);
  if ('key' in node && !('computed' in node && node.computed)) skipped.push(node.key);
  if ('label' in node) skipped.push(node.label);
  if (/^(Import|Export)\w*Specifier$/.test(node.type)) return [];
  return children(node).filter((child) => !skipped.includes(child));
}

function children(node: Node): readonly Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
