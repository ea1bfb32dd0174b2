// What the figures were taken on.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { installed } from '../peers/installed.ts';
import { GIB } from '../row.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
  readonly nginx: string;
  readonly varnish: string;
  readonly commit: string;
  /** Of the last minute: far above 0 at the start, the figures tell of other work too. */
  readonly loadAtStart: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / GIB),
    node: process.version,
    nginx: versionOf('nginx', ['-v']),
    varnish: versionOf('varnishd', ['-V']),
    commit: said('git', ['rev-parse', '--short', 'HEAD']).trim() || 'unknown',
    loadAtStart: loadavg()[0] ?? 0,
  };
}

function versionOf(program: string, args: readonly string[]): string {
  const path = installed(program);
  if (path === null) return 'not installed';
  return /\d+\.\d+\.\d+/.exec(said(path, args))?.[0] ?? 'unknown';
}

/** Both of its outputs: the peers tell their version on the second. */
function said(program: string, args: readonly string[]): string {
  try {
    return execFileSync('sh', ['-c', '"$0" "$@" 2>&1', program, ...args], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
  } catch {
    return '';
  }
}
