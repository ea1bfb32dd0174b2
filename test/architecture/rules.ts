// The architecture in tables: which folder may import which, which package belongs where, which
// globals are handed in. `violations.ts` reads sources against them.

/** What a layer may import besides itself; a file in src/ itself is a layer of its own. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  adapters: ['ports', 'core'],
  config: ['core'],
  cache: ['ports', 'core'],
  serve: ['cache', 'ports', 'core'],
  http: ['serve', 'cache', 'ports', 'core'],
  observe: ['http', 'serve', 'cache', 'config', 'ports', 'core'],
  'image-api': ['ports', 'core'],
  'gateway.ts': ['http', 'serve', 'cache', 'observe', 'adapters', 'config', 'ports', 'core'],
  'index.ts': ['entry', 'image-api', 'ports', 'core'],
  demo: [
    'entry',
    'gateway.ts',
    'http',
    'serve',
    'cache',
    'observe',
    'adapters',
    'config',
    'ports',
    'core',
  ],
  entry: [
    'demo',
    'image-api',
    'gateway.ts',
    'http',
    'serve',
    'cache',
    'observe',
    'adapters',
    'config',
    'ports',
    'core',
  ],
};

/** Packages and the folders that may name them; a package that matches no row may be imported nowhere. */
export const VENDORS: readonly { readonly match: RegExp; readonly folders: readonly string[] }[] = [
  { match: /^(hono|@hono\/[^/]+)(\/|$)/, folders: ['http', 'demo', 'entry'] },
  { match: /^(lru-cache|keyv|@redis\/client|undici|pino)(\/|$)/, folders: ['adapters'] },
  { match: /^@opentelemetry\//, folders: ['adapters/otel'] },
  { match: /^(zod|yaml)(\/|$)/, folders: ['config'] },
  { match: /^node:/, folders: ['adapters', 'config', 'demo', 'entry'] },
];

/** What the runtime lends is handed in everywhere but here. */
export const RUNTIME_FOLDERS: readonly string[] = ['adapters', 'demo', 'entry'];

/** Globals whose every use outside `RUNTIME_FOLDERS` is a hidden dependency. */
export const RUNTIME_GLOBALS: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'process',
  'crypto',
  'performance',
]);

/** Members of otherwise pure globals that read the clock or chance. */
export const RUNTIME_MEMBERS: ReadonlySet<string> = new Set(['Date.now', 'Math.random']);

/** Names that say nothing about what a file holds. */
export const EMPTY_NAME: RegExp = /(^|-)(utils?|helpers?|managers?)$|^(common|types)$/;

/** workerd takes the default export of its entry module as the Worker. */
export const DEFAULT_EXPORTS_ALLOWED: ReadonlySet<string> = new Set(['entry/worker.ts']);

export const MAX_LINES = 300;
