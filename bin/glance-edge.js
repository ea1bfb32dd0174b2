#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one, or the one that npm installed beside
// the packages. Plain JavaScript, because an old Node has to get this far.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'dist', 'entry', 'cli.js');
const program = existsSync(built) ? built : join(root, 'src', 'entry', 'cli.ts');

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import(pathToFileURL(program).href);
} else {
  const node = installedNode();
  if (node === null) {
    console.error(`glance-edge: needs Node ${NEEDED} or newer; this is ${process.versions.node}`);
    process.exitCode = 1;
  } else {
    runOn(node);
  }
}

/** The Node binary that is an optional dependency on some platforms, or null. */
function installedNode() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const node = join(dirname(manifest), 'bin', 'node');
    return existsSync(node) ? node : null;
  } catch {
    return null;
  }
}

/** Runs the program there, as if it were this process: same terminal, signals and exit status. */
function runOn(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  for (const signal of signals) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the child without us; twice would cut its shutdown short.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`glance-edge: cannot start ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (status, signal) => {
    if (signal === null) process.exitCode = status ?? 1;
    else {
      for (const each of signals) process.removeAllListeners(each);
      process.kill(process.pid, signal);
    }
  });
}
