// The files of the trace page by the path that each is served at, read once at start: from the
// sources as from the built package, where the build puts them beside the program.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageAsset {
  readonly contentType: string;
  readonly body: string;
}

/** Throws when the page's folder is not there: then the package was built wrong. */
export function loadPageAssets(): ReadonlyMap<string, PageAsset> {
  const assets = new Map<string, PageAsset>();
  for (const file of filesOf(PAGE)) {
    const contentType = CONTENT_TYPES[extname(file)];
    if (contentType === undefined) continue;
    const path = `/page/${relative(PAGE, file).split(sep).join('/')}`;
    assets.set(path, { contentType, body: readFileSync(file, 'utf8') });
  }
  assets.set('/page/uplot.mjs', { contentType: SCRIPT, body: readFileSync(plotLibrary(), 'utf8') });
  const index = assets.get('/page/index.html');
  if (index === undefined) throw new Error(`The trace page is not at ${PAGE}.`);
  assets.delete('/page/index.html');
  assets.set('/', { ...index, body: withPreloads(index.body, [...assets.keys()]) });
  return assets;
}

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));
const SCRIPT = 'text/javascript; charset=utf-8';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': SCRIPT,
  '.svg': 'image/svg+xml',
};

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function plotLibrary(): URL {
  return new URL('dist/uPlot.esm.js', import.meta.resolve('uplot/package.json'));
}

/** Without a bundle, modules would be asked for one level of imports at a time. */
function withPreloads(html: string, paths: readonly string[]): string {
  const links = paths
    .filter((path) => /\.m?js$/.test(path))
    .map((path) => `    <link rel="modulepreload" href="${path}">\n`);
  return html.replace('  </head>', `${links.join('')}  </head>`);
}
