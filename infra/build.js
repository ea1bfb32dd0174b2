// Builds what the package holds: the sources as JavaScript with their declarations, and the files of
// the trace page beside them. `node infra/build.js [FOLDER]`; without a folder into `dist`.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(root, process.argv[2] ?? 'dist');

rmSync(target, { recursive: true, force: true });
const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
  /package\.json$/,
  'bin/tsc',
);
const project = join(root, 'tsconfig.build.json');
const options = ['--project', project, '--outDir', target];
const { status } = spawnSync(process.execPath, [compiler, ...options], { stdio: 'inherit' });
cpSync(join(root, 'src/page'), join(target, 'page'), { recursive: true });
process.exitCode = status ?? 1;
