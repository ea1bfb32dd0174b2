// The package as others get it: packed, put into an empty folder, run from plain JavaScript, checked
// from strict TypeScript. What runs are the README's own examples, against an embedded Glance.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTroubleOrigin, OWNER, type TroubleOrigin } from '../support/trouble-origin.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const run = promisify(execFile);

let origin: TroubleOrigin;
let folder: string;
/** The empty folder, with the package and what it depends on. */
let app: string;

beforeAll(async () => {
  origin = await createTroubleOrigin();
  folder = await mkdtemp(join(tmpdir(), 'glance-edge-package-'));
  app = join(folder, 'app');
  await install(await pack());
}, 120_000);

afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

test("the README's examples run from plain JavaScript and print what they say they do", async () => {
  const { code, promised } = await examples();
  await writeFile(join(app, 'example.mjs'), code);
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: app });
  expect(stdout.trimEnd().split('\n')).toEqual(promised);
});

test.each([
  ["with Node's types", { types: ['node'] }],
  ["with a browser's types", { types: [], lib: ['es2024', 'dom'] }],
])(
  'the examples are strict TypeScript %s',
  async (_, options) => {
    const { code } = await examples();
    await writeFile(join(app, 'example.mts'), code);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2024',
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      ...options,
    };
    const config = { compilerOptions, files: ['example.mts'] };
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify(config));
    expect(await tsc(app, [])).toBe('');
  },
  60_000,
);

test('a program that imports it loads no server and no OpenTelemetry', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { console.log(url); return next(url, context); } });
    await import('glance-edge/image-api');`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: app,
  });
  expect(stdout).toContain('/image-api/image-api.js');
  expect(stdout).not.toMatch(/hono|opentelemetry|keyv|redis|pino|zod|yaml|\/dist\/(http|gateway)/);
});

test('the command line works from the package', async () => {
  const bin = join(app, 'node_modules/glance-edge/bin/glance-edge.js');
  const { stdout } = await run(process.execPath, [bin, '--version'], { cwd: app });
  expect(stdout).toContain(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version);
});

test('the trace page is in the package', async () => {
  const { stdout } = await run(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { loadPageAssets } = await import('./node_modules/glance-edge/dist/entry/page-assets.js');
       console.log([...loadPageAssets().keys()].join(' '));`,
    ],
    { cwd: app },
  );
  expect(stdout.trim().split(' ')).toEqual(
    expect.arrayContaining(['/', '/page/main.js', '/page/uplot.mjs']),
  );
});

/** Builds into a folder of the test's own: a `dist` in the checkout would be taken for the program. */
async function pack(): Promise<string> {
  const source = join(folder, 'source');
  await mkdir(source);
  for (const name of ['package.json', 'README.md', 'LICENSE', 'bin']) {
    await cp(join(ROOT, name), join(source, name), { recursive: true });
  }
  await run(process.execPath, [join(ROOT, 'infra/build.js'), join(source, 'dist')]);
  await run('npm', ['pack', '--ignore-scripts', '--offline'], { cwd: source });
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  return join(source, `glance-edge-${version}.tgz`);
}

async function install(tarball: string): Promise<void> {
  const target = join(app, 'node_modules/glance-edge');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  const { dependencies } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    const link = join(app, 'node_modules', name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(join(MODULES, name), link);
  }
}

/** What the compiler says; nothing when all is well. */
async function tsc(cwd: string, args: readonly string[]): Promise<string> {
  const compiler = join(MODULES, 'typescript/bin/tsc');
  return run(process.execPath, [compiler, ...args], { cwd }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
}

/** The README's blocks as one program, and what its comments say that it prints. */
async function examples(): Promise<{ code: string; promised: readonly string[] }> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const section = /<!-- image-api:begin -->(.*)<!-- image-api:end -->/s.exec(readme)?.[1] ?? '';
  const blocks = [...section.matchAll(/```js\n(.*?)```/gs)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(8);
  const code = blocks
    .join('\n')
    .replace('http://glance.example:9292', origin.url)
    .replace('the caller’s Keystone token', OWNER);
  const promised = [...code.matchAll(/console\.log.*\/\/ (.*)$/gm)].map(([, said = '']) => said);
  return { code, promised: promised.map((said) => said.replace(/^true: .*/, 'true')) };
}
